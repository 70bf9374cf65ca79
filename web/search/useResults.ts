import { useEffect, useMemo, useRef, useState } from "react";
import type { AckData } from "../../protocol/events.ts";
import type { MessageEntry, Person, Room } from "../../protocol/model.ts";
import { fold } from "../../protocol/text.ts";
import { nameOfRoom, rankOf, roomName } from "../chat/people/names.ts";
import { ownRooms } from "../chat/rooms/room-order.ts";
import { sentenceOf } from "../chat/wire/errors.ts";
import { useChat, useChatState } from "../context.ts";
import { excerpt } from "../markdown/excerpt.ts";
import { words } from "../words.ts";

export interface Result {
  key: string;
  icon: "public" | "private" | "message";
  title: string;
  text: string;
  /** What it leads to: a room, a message in it, or somebody to write to. */
  room: string;
  user?: Person;
  seq?: number;
  at?: number;
}

/** The search starts after a pause in typing. */
const PAUSE_MS = 250;
const MAX_ROOMS = 6;
const MAX_PEOPLE = 4;

interface Found {
  messages: readonly MessageEntry[];
  rooms: readonly Room[];
  people: readonly Person[];
  /** Where the next page begins, if there is one. */
  before?: string;
  status: "idle" | "searching" | "failed";
  problem?: string;
}

const nothing: Found = { messages: [], rooms: [], people: [], status: "idle" };

/** Rooms and people by name, what is unread or was active lately first, then messages with these words, newest first. */
export function useResults(query: string) {
  const chat = useChat();
  const rooms = useChatState((state) => state.rooms);
  const mine = useChatState((state) => state.mine);
  const user = useChatState((state) => state.user);
  const open = useChatState((state) => state.open);
  const views = useChatState((state) => state.views);
  const [found, setFound] = useState<Found>(nothing);
  const text = query.trim();
  /** Counts the requests: only the answer to the last one is used. */
  const asked = useRef(0);

  async function search(before?: string): Promise<void> {
    const question = ++asked.current;
    setFound((known) => ({ ...known, status: "searching" }));
    try {
      const [messages, others, people] = await Promise.all([
        chat.search({ text, ...(before !== undefined && { before }) }),
        before === undefined ? chat.findRooms(text) : undefined,
        before === undefined ? chat.findPeople({ query: text }) : undefined,
      ]);
      if (question !== asked.current) return;
      setFound((known) => ({
        ...pageOf(messages, before === undefined ? [] : known.messages),
        rooms: others ?? known.rooms,
        people: people?.people ?? known.people,
        status: "idle",
      }));
    } catch (error) {
      if (question !== asked.current) return;
      setFound((known) => ({ ...known, status: "failed", problem: sentenceOf(error) }));
    }
  }

  useEffect(() => {
    asked.current++;
    setFound(nothing);
    if (text === "") return;
    const timer = setTimeout(() => void search(), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);

  const results = useMemo(() => {
    const nameOf = (room: Room) => roomName(room, user);
    const sought = fold(text);
    const matches = (room: Room) => fold(nameOf(room)).includes(sought);
    const known = new Map(
      [...ownRooms(rooms, mine), ...found.rooms].map((room) => [room.id, room]),
    );
    const rank = (room: Room) => (text === "" ? 0 : rankOf(nameOf(room), text));
    const lately = ({ id, activeAt = 0 }: Room) => views[id]?.log.entries.at(-1)?.at ?? activeAt;
    const answering = [...known.values()]
      .filter((room) => matches(room) && (text !== "" || room.id !== open))
      .sort(
        (a, b) =>
          rank(a) - rank(b) || Number(b.unread > 0) - Number(a.unread > 0) || lately(b) - lately(a),
      );
    return [
      ...answering.slice(0, MAX_ROOMS).map(toRoomResult(nameOf)),
      ...peopleAmong(found.people, text, user?.id).map(toPersonResult),
      ...found.messages.map(toMessageResult((id) => nameOfRoom({ rooms, user }, id))),
    ];
  }, [rooms, mine, user, found, text, open, views]);

  const { before, status, problem, messages } = found;
  return {
    results,
    said: saidOf(text, status, problem, messages.length),
    lookFurther:
      before === undefined || status === "searching" ? undefined : () => void search(before),
  };
}

function pageOf(
  page: AckData["search"],
  known: readonly MessageEntry[],
): Pick<Found, "messages" | "before"> {
  const messages = [...known, ...page.entries];
  const { before } = page;
  return page.more && before !== undefined ? { messages, before } : { messages };
}

function toRoomResult(nameOf: (room: Room) => string) {
  return (room: Room): Result => ({
    key: room.id,
    icon: room.kind === "public" ? "public" : "private",
    title: nameOf(room),
    text: room.topic ?? "",
    room: room.id,
  });
}

/** The people whose names answer best, those online before the others. */
function peopleAmong(people: readonly Person[], text: string, me: string | undefined): Person[] {
  return people
    .filter(({ id }) => id !== me)
    .toSorted(
      (a, b) => rankOf(a.name, text) - rankOf(b.name, text) || Number(b.online) - Number(a.online),
    )
    .slice(0, MAX_PEOPLE);
}

function toPersonResult(user: Person): Result {
  return {
    key: user.id,
    icon: "message",
    title: user.name,
    text: words.people.write,
    room: "",
    user,
  };
}

function toMessageResult(nameOf: (room: string) => string) {
  return ({ room, seq, at, author, text }: MessageEntry): Result => ({
    key: `${room}/${seq}`,
    icon: "message",
    title: author.name,
    text: `${nameOf(room)} · ${excerpt(text)}`,
    ...{ room, seq, at },
  });
}

function saidOf(
  text: string,
  status: Found["status"],
  problem: string | undefined,
  messages: number,
): string {
  if (text === "") return "";
  if (status === "failed") return problem ?? "";
  if (status === "searching") return words.search.searching;
  return messages === 0 ? words.search.nothing : "";
}
