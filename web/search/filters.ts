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
const TYPED = new RegExp(`^(.*\\s|)(${signs.join("|")}):(.*)$`, "isu");

/** The last operator of a query, such as `in:` in `jam in:kit`, with what stands before and after it. */
function operatorIn(
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
 * What an operand names: the one thing of this name or key, or the only one that it answers. Words
 * that no longer belong to a name are left over, as in `in:kitchen jam`.
 */
function taken(
  { operator, operand }: { operator: Operator; operand: string },
  known: Known,
): { filter: Filters; left: string; isExact: boolean } | undefined {
  for (let end = operand.length; end > 0; end = operand.lastIndexOf(" ", end - 1)) {
    const typed = operand.slice(0, end).trim();
    const all = typed === "" ? [] : candidatesFor(operator, typed, known);
    const exact = all.filter(({ name, key }) => fold(name) === fold(typed) || key === typed);
    const isExact = exact.length > 0;
    const [one, another] = isExact ? exact : all;
    if (another) return undefined;
    if (one) return { filter: one.filter, left: operand.slice(end).trimStart(), isExact };
  }
  return undefined;
}

interface Read {
  /** The words to find. */
  text: string;
  filters: Filters;
  /** What stands after `from:`. */
  person?: string | undefined;
  /** The first operator that does not name exactly one thing, otherwise the last; `others` omits it. */
  typed?: { operator: Operator; operand: string; others: string; isTaken: boolean } | undefined;
}

/** What a query asks for. Its operators count as they are typed. */
export function readQuery(query: string, known: Known): Read {
  const last = operatorIn(query);
  if (last === undefined) return { text: query.trim(), filters: {} };
  const { operator, operand, text: others } = last;
  const before = readQuery(others, known);
  const named = taken(last, known);
  const open = before.typed?.isTaken === false ? before.typed : undefined;
  return {
    text: `${before.text} ${named?.left ?? ""}`.trim(),
    filters: { ...before.filters, ...named?.filter },
    person: operator === "from" ? operand.trim() : before.person,
    typed: open
      ? { ...open, others: open.others + query.slice(others.length) }
      : { operator, operand: operand.trim(), others, isTaken: named !== undefined },
  };
}

/** Makes filters of the operators that a person has typed to their ends, once the next word begins. */
export function settled(
  query: string,
  known: Known,
): { query: string; filter: Filters } | undefined {
  const last = operatorIn(query);
  if (last === undefined) return undefined;
  const named = taken(last, known);
  if (!named?.isExact || named.left === "") return undefined;
  const rest = last.text + named.left;
  const more = settled(rest, known);
  return { query: more?.query ?? rest, filter: { ...more?.filter, ...named.filter } };
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
