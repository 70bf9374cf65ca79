import { useMemo } from "react";
import type { MessageEntry, Person, Room } from "../../protocol/model.ts";
import { fold } from "../../protocol/text.ts";
import { bestFirst, roomName } from "../chat/people/names.ts";
import { ownRooms } from "../chat/rooms/room-order.ts";
import type { ChatState, Filters, Found, Search } from "../chat/state.ts";
import { useChat, useChatState } from "../context.ts";
import { bestPeople } from "../people/usePeople.ts";
import { useAnswer } from "../useAnswer.ts";
import { words } from "../words.ts";
import { type Candidate, candidatesFor, readQuery } from "./filters.ts";
import { type PassagePart, passageOf } from "./passage.ts";

/** What one can pick: a room or somebody to go to, a message, or what completes an operator. */
export type Result =
  | Candidate
  | ({ key: string } & (
      | { kind: "room"; room: Room }
      | { kind: "person"; user: Person }
      | { kind: "message"; message: MessageEntry; passage: PassagePart[] }
    ));

const MAX_ROOMS = 6;
const MAX_PEOPLE = 4;
const MAX_CANDIDATES = 8;

const nothing: Found = { messages: [], rooms: [], people: [] };

/**
 * Rooms and people by name, what is unread or was active lately first, then messages with these
 * words, newest first; with a filter, messages alone. While an operator is typed: what completes it.
 * Without a query: rooms.
 * @param picked the filters that stand beside the field
 */
export function useResults(query: string, picked: Filters, kept: Search | undefined) {
  const chat = useChat();
  const state = useChatState((state) => state);
  const { text, person, typed, filters: written } = readQuery(query, state);
  const filters = { ...picked, ...written };
  const isFiltered = Object.keys(filters).length > 0;
  const isOpen = typed?.isTaken === false;
  const isAsked = person !== undefined || (!isOpen && (text !== "" || !isFiltered));
  const question = isAsked ? JSON.stringify([text, person, filters, isOpen]) : undefined;

  async function ask(known?: Found): Promise<Found> {
    // The person meant may not be known to the page yet, or a second one of that name may exist.
    if (person !== undefined && known === undefined) await lookFor(person);
    if (isOpen || (text === "" && isFiltered)) return nothing;
    if (text === "") return { ...nothing, rooms: (await chat.findRooms({})).rooms };
    const { in: room, from, before: day } = filters;
    const byName = known === undefined && !isFiltered;
    const [page, rooms = [], people = []] = await Promise.all([
      chat.request("search", {
        text,
        room,
        from: from?.id,
        until: day === undefined ? undefined : new Date(day - 1).toISOString(),
        before: known?.before,
      }),
      byName
        ? chat.findRooms({ query: text, limit: 20 }).then((answer) => answer.rooms)
        : known?.rooms,
      byName ? chat.findPeople({ query: text }).then((answer) => answer.people) : known?.people,
    ]);
    const messages = [...(known?.messages ?? []), ...page.entries];
    return { messages, rooms, people, before: page.more ? page.before : undefined };
  }

  /** Loads the people whose name is this text, or its first word. */
  async function lookFor(name: string): Promise<void> {
    const { people } = await chat.findPeople({ query: name });
    const [first = "", ...more] = name.split(/\s+/u);
    if (people.length === 0 && more.length > 0) await chat.findPeople({ query: first });
  }

  const { answer, isCurrent, asking, problem, askMore } = useAnswer(question, ask, kept?.found);
  const found = (isCurrent && answer) || nothing;
  const messages = useMemo(
    () =>
      found.messages.map((message) => ({
        key: `${message.room}/${message.seq}`,
        kind: "message" as const,
        message,
        passage: passageOf(message, text),
      })),
    [found, text],
  );
  const candidates = typed ? candidatesFor(typed.operator, typed.operand, state) : [];
  const [best, another] = candidates;
  const isWhole = best && !another && fold(best.name) === fold(typed?.operand ?? "");
  const results: Result[] = [
    ...(isWhole ? [] : candidates.slice(0, MAX_CANDIDATES)),
    ...(isFiltered || typed ? [] : namesAmong(found, text, state)),
    ...messages,
  ];

  const isMore = found.before !== undefined;
  return {
    found,
    results,
    filters,
    typed,
    said: said(),
    lookFurther: isMore && !asking ? askMore : undefined,
  };

  function said(): string {
    if (problem) return problem;
    if (asking || (isAsked && !isCurrent)) return words.search.searching;
    if (isOpen) return results.length === 0 ? words.search.none[typed.operator] : "";
    if (text === "") return isFiltered ? words.search.needsWord : "";
    return words.search.found(messages.length, isMore);
  }
}

function namesAmong(found: Found, text: string, state: ChatState): Result[] {
  return [
    ...roomsAmong(found.rooms, text, state).map((room) => {
      return { key: room.id, kind: "room" as const, room };
    }),
    ...bestPeople(found.people, text)
      .filter(({ id }) => id !== state.user?.id)
      .slice(0, MAX_PEOPLE)
      .map((user) => ({ key: user.id, kind: "person" as const, user })),
  ];
}

function roomsAmong(found: readonly Room[], text: string, state: ChatState): Room[] {
  const { rooms, mine, open, views } = state;
  const known = new Map([...ownRooms(rooms, mine), ...found].map((room) => [room.id, room]));
  const lately = ({ id, activeAt = 0 }: Room) => views[id]?.log.entries.at(-1)?.at ?? activeAt;
  const best = bestFirst(
    [...known.values()].filter(({ id }) => text !== "" || id !== open),
    text,
    (room) => roomName(state, room),
    (a, b) => Number(b.unread > 0) - Number(a.unread > 0) || lately(b) - lately(a),
  );
  if (text !== "") return best.slice(0, MAX_ROOMS);
  // Somebody with many rooms must still see the others.
  const own = best.filter(({ id }) => mine.has(id)).slice(0, MAX_ROOMS);
  return [...own, ...best.filter(({ id }) => !mine.has(id)).slice(0, MAX_ROOMS)];
}
