import type { Room, User } from "../../protocol/model.ts";
import { fold } from "../../protocol/text.ts";
import { bestFirst, roomName } from "../chat/people/names.ts";
import { ownRooms } from "../chat/rooms/room-order.ts";
import type { ChatState, Filters } from "../chat/state.ts";
import { dayOf, nameOfDay } from "../timeline/dates.ts";
import { words } from "../words.ts";

export type Operator = keyof Filters;

export const OPERATORS = ["in", "from", "before"] as const;

/** What an operator can be completed with. Its key can be typed instead of its name. */
export type Candidate = { key: string; name: string; filter: Filters } & (
  | { kind: "room"; room: Room }
  | { kind: "person"; user: User }
  | { kind: "day" }
);

type Known = Pick<ChatState, "rooms" | "mine" | "people" | "user">;

const signs = OPERATORS.map((operator) => words.search.operators[operator]);
const TYPED = new RegExp(`^(|.*\\s)(${signs.join("|")}):(.*)$`, "isu");

/** The last operator of a query, such as `in:` in `jam in:kit`, with what stands before and after it. */
export function operatorIn(
  query: string,
): { operator: Operator; operand: string; text: string } | undefined {
  const [, text = "", sign = "", operand = ""] = TYPED.exec(query) ?? [];
  const operator = OPERATORS[signs.indexOf(sign.toLowerCase())];
  return operator && { operator, operand: operand.trimStart(), text };
}

/** What answers an operand, the best first. */
export function candidatesFor(operator: Operator, operand: string, known: Known): Candidate[] {
  const typed = ({ name, key }: Candidate) => (key === operand ? key : name);
  return bestFirst(all(operator, operand, known), operand, typed);
}

function all(operator: Operator, operand: string, known: Known): Candidate[] {
  if (operator === "in") {
    return ownRooms(known.rooms, known.mine).map((room) => {
      const { id } = room;
      return { kind: "room", key: id, name: roomName(known, room), room, filter: { in: id } };
    });
  }
  if (operator === "from") {
    return Object.values(known.people).map((user) => {
      return { kind: "person", key: user.id, name: user.name, user, filter: { from: user } };
    });
  }
  const typed = dateOf(operand);
  return (typed === undefined ? recentDays() : [typed]).map((before) => {
    const key = typed === undefined ? `${before}` : operand;
    return { kind: "day", key, name: nameOfDate(before), filter: { before } };
  });
}

/** The day that is written as `2026-11-30`; the first one of `2026-11` or `2026`. */
function dateOf(written: string): number | undefined {
  const [, year, month = 1, day = 1] = /^(\d{4})(?:-(\d\d?)(?:-(\d\d?))?)?$/.exec(written) ?? [];
  const date = new Date(Number(year), Number(month) - 1, Number(day));
  return date.getMonth() === Number(month) - 1 ? date.getTime() : undefined;
}

/** Today, yesterday, and a week, a month and a year ago. */
function recentDays(): number[] {
  const { start } = dayOf(Date.now());
  return [0, 1, 7, 30, 365].map((days) =>
    new Date(start).setDate(new Date(start).getDate() - days),
  );
}

/**
 * Makes a filter of the operator that a person has typed to its end: its operand names one thing and
 * the next word no longer belongs to a name, as in `in:kitchen jam`.
 */
export function settled(
  query: string,
  known: Known,
): { query: string; filter: Filters } | undefined {
  const { operator, operand = "", text } = operatorIn(query) ?? {};
  if (operator === undefined || !/\s/u.test(operand)) return undefined;
  if (candidatesFor(operator, operand, known).length > 0) return undefined;
  for (let end = operand.lastIndexOf(" "); end > 0; end = operand.lastIndexOf(" ", end - 1)) {
    const typed = operand.slice(0, end).trim();
    const named = candidatesFor(operator, typed, known).filter(
      ({ name, key }) => fold(name) === fold(typed) || key === typed,
    );
    const [one, another] = named;
    if (one && !another) return { query: text + operand.slice(end + 1), filter: one.filter };
  }
  return undefined;
}

/** A filter as it reads beside the field. */
export function nameOfFilter(operator: Operator, filters: Filters, known: Known): string {
  const room = filters.in === undefined ? undefined : known.rooms[filters.in];
  const value = {
    in: room ? roomName(known, room) : "",
    from: filters.from?.name ?? "",
    before: filters.before === undefined ? "" : nameOfDate(filters.before),
  }[operator];
  return `${words.search.operators[operator]}: ${value}`;
}

function nameOfDate(at: number): string {
  return nameOfDay(dayOf(at).start, dayOf(Date.now()).start);
}
