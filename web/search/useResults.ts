import { useEffect, useMemo, useRef, useState } from "react";
import type { MessageEntry, Person, Room, User } from "../../protocol/model.ts";
import { rankOf, roomName } from "../chat/people/names.ts";
import { ownRooms } from "../chat/rooms/room-order.ts";
import type { ChatState, Filters, Found, Search } from "../chat/state.ts";
import { sentenceOf } from "../chat/wire/errors.ts";
import { useChat, useChatState } from "../context.ts";
import { words } from "../words.ts";
import { candidatesFor, operatorIn } from "./filters.ts";
import { type Part, passageOf } from "./passage.ts";

/** What one can pick: a room or somebody to go to, a message, or a filter. */
export type Result = { key: string } & (
  | { kind: "room"; room: Room; filter?: Filters }
  | { kind: "person"; user: User | Person; filter?: Filters }
  | { kind: "day"; day: string; filter: Filters }
  | { kind: "message"; message: MessageEntry; passage: Part[] }
);

/** The search starts after a pause in typing. */
const PAUSE_MS = 250;
const MAX_ROOMS = 6;
const MAX_PEOPLE = 4;
const MAX_CANDIDATES = 8;

const nothing: Found = { messages: [], rooms: [], people: [] };

/**
 * Rooms and people by name, what is unread or was active lately first, then messages with these
 * words, newest first; with a filter, messages alone. While an operator is typed: what completes it.
 */
export function useResults(query: string, filters: Filters, kept: Search | undefined) {
  const chat = useChat();
  const state = useChatState((state) => state);
  const [found, setFound] = useState(kept?.found ?? nothing);
  const [status, setStatus] = useState<"idle" | "searching" | { problem: string }>("idle");
  const typed = operatorIn(query);
  const person = typed?.operator === "from" ? typed.operand.trim() : undefined;
  const text = (typed?.text ?? query).trim();
  const isFiltered = Object.keys(filters).length > 0;
  /** Counts the requests: only the answer to the last one is used. */
  const asked = useRef(0);

  async function ask(before?: string): Promise<Found> {
    if (person !== undefined) {
      const { people } = await chat.findPeople(person === "" ? {} : { query: person });
      return { ...nothing, people };
    }
    const { in: room, from, before: day } = filters;
    const byName = before === undefined && !isFiltered;
    const known = before === undefined ? nothing : found;
    const [page, rooms, people] = await Promise.all([
      chat.request("search", {
        text,
        room,
        from: from?.id,
        until: day === undefined ? undefined : new Date(day - 1).toISOString(),
        before,
      }),
      byName ? chat.findRooms(text) : known.rooms,
      byName ? chat.findPeople({ query: text }).then((answer) => answer.people) : known.people,
    ]);
    const messages = [...known.messages, ...page.entries];
    return { messages, rooms, people, before: page.more ? page.before : undefined };
  }

  async function look(before?: string): Promise<void> {
    const question = ++asked.current;
    setStatus("searching");
    try {
      const answer = await ask(before);
      if (question !== asked.current) return;
      setFound(answer);
      setStatus("idle");
    } catch (error) {
      if (question === asked.current) setStatus({ problem: sentenceOf(error) });
    }
  }

  const isKept = useRef(kept !== undefined);
  useEffect(() => {
    if (isKept.current) {
      isKept.current = false;
      return;
    }
    asked.current++;
    setFound(nothing);
    setStatus("idle");
    if (person === undefined && (text === "" || typed)) return;
    const timer = setTimeout(() => void look(), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, person, typed?.operator, filters]);

  const messages = useMemo(
    () =>
      found.messages.map((message) => ({
        key: `${message.room}/${message.seq}`,
        kind: "message" as const,
        message,
        passage: passageOf(message.text, text),
      })),
    [found, text],
  );
  const results: Result[] = typed
    ? completionsOf(typed, state)
    : [...(isFiltered ? [] : namesAmong(found, text, state)), ...messages];

  const { before } = found;
  return {
    found,
    results,
    said: said(),
    lookFurther:
      before === undefined || status === "searching" ? undefined : () => void look(before),
  };

  function said(): string {
    if (typeof status === "object") return status.problem;
    if (status === "searching") return words.search.searching;
    if (typed) return results.length === 0 ? words.search.none[typed.operator] : "";
    if (text === "") return isFiltered ? words.search.needsWord : "";
    return words.search.found(messages.length, before !== undefined);
  }
}

function completionsOf(
  { operator, operand }: NonNullable<ReturnType<typeof operatorIn>>,
  state: ChatState,
): Result[] {
  const candidates = candidatesFor(operator, operand.trim(), state).slice(0, MAX_CANDIDATES);
  return candidates.flatMap(({ id, name, filter }): Result[] => {
    const room = filter.in === undefined ? undefined : state.rooms[filter.in];
    if (room) return [{ key: id, kind: "room", room, filter }];
    if (filter.from) return [{ key: id, kind: "person", user: filter.from, filter }];
    return [{ key: `${filter.before}`, kind: "day", day: name, filter }];
  });
}

function namesAmong(found: Found, text: string, state: ChatState): Result[] {
  return [
    ...roomsAmong(found.rooms, text, state).map((room) => {
      return { key: room.id, kind: "room" as const, room };
    }),
    ...peopleAmong(found.people, text, state).map((user) => {
      return { key: user.id, kind: "person" as const, user };
    }),
  ];
}

function roomsAmong(found: readonly Room[], text: string, state: ChatState): Room[] {
  const { rooms, mine, open, views } = state;
  const known = new Map([...ownRooms(rooms, mine), ...found].map((room) => [room.id, room]));
  const rank = (room: Room) => (text === "" ? 0 : rankOf(roomName(state, room), text));
  const lately = ({ id, activeAt = 0 }: Room) => views[id]?.log.entries.at(-1)?.at ?? activeAt;
  return [...known.values()]
    .filter((room) => rank(room) < 4 && (text !== "" || room.id !== open))
    .sort(
      (a, b) =>
        rank(a) - rank(b) || Number(b.unread > 0) - Number(a.unread > 0) || lately(b) - lately(a),
    )
    .slice(0, MAX_ROOMS);
}

/** The people whose names answer best, those online before the others. */
function peopleAmong(people: readonly Person[], text: string, { user }: ChatState): Person[] {
  return people
    .filter(({ id }) => id !== user?.id)
    .toSorted(
      (a, b) => rankOf(a.name, text) - rankOf(b.name, text) || Number(b.online) - Number(a.online),
    )
    .slice(0, MAX_PEOPLE);
}
