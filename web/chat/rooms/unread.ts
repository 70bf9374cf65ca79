import type { Entry } from "../../../protocol/model.ts";
import { words } from "../../words.ts";
import { nameOfRoom } from "../people/names.ts";
import type { ChatState, Fresh, RoomLog } from "../state.ts";

/** The state with new entries of a room counted, in whatever order and however often they come. */
export function withArrived(
  state: ChatState,
  id: string,
  entries: readonly Entry[],
): Pick<ChatState, "fresh" | "rooms"> | undefined {
  const room = state.rooms[id];
  const user = state.user?.id;
  if (room === undefined || !state.mine.has(id)) return undefined;
  const known = state.fresh[id] ?? [];
  const seen = new Set(known.map(({ seq }) => seq));
  const counted = Math.max(room.head, room.read ?? 0);
  const arrived = entries.flatMap((entry): Fresh[] => {
    if (entry.kind !== "message" || entry.author.id === user) return [];
    const { seq, mentions = [], deletedAt } = entry;
    if (deletedAt !== undefined || seq <= counted || seen.has(seq)) return [];
    seen.add(seq);
    return [{ seq, mention: user !== undefined && mentions.includes(user) }];
  });
  if (arrived.length === 0) return undefined;
  const unread = room.unread + arrived.length;
  const mentions = room.mentions + arrived.filter(({ mention }) => mention).length;
  return {
    fresh: { ...state.fresh, [id]: [...known, ...arrived] },
    rooms: { ...state.rooms, [id]: { ...room, unread, mentions } },
  };
}

/**
 * Whether a message of somebody else lies between a read mark and the entry `first`. Where the log
 * is not loaded from the mark on, nobody knows, and it counts as one.
 */
export function isUnreadBefore(
  { entries }: RoomLog,
  read: number,
  first: number,
  user: string | undefined,
): boolean {
  if ((entries[0]?.seq ?? first) > read + 1) return true;
  return entries.some(
    ({ seq, kind, author }) =>
      kind === "message" && seq > read && seq < first && author.id !== user,
  );
}

/**
 * The state with a room read up to `seq`. What is left unread follows from what has come since the
 * server counted; for a mark before that, it is what the server says is `left`. The mark only grows,
 * unless the person has moved it `back`.
 */
export function withRead(
  state: ChatState,
  id: string,
  seq: number,
  left?: { unread: number; mentions: number },
  back = false,
): Pick<ChatState, "fresh" | "rooms"> | undefined {
  const room = state.rooms[id];
  if (room === undefined) return undefined;
  if (back && left) {
    // The server has counted what has come, too.
    const head = Math.max(room.head, state.fresh[id]?.at(-1)?.seq ?? 0);
    const { unread, mentions } = left;
    return {
      fresh: { ...state.fresh, [id]: [] },
      rooms: { ...state.rooms, [id]: { ...room, head, read: seq, unread, mentions } },
    };
  }
  if (seq < (room.read ?? 0)) return undefined;
  const fresh = (state.fresh[id] ?? []).filter((one) => one.seq > seq);
  const counts =
    seq >= room.head
      ? { unread: fresh.length, mentions: fresh.filter(({ mention }) => mention).length }
      : left && { unread: left.unread, mentions: left.mentions };
  return {
    fresh: { ...state.fresh, [id]: fresh },
    rooms: { ...state.rooms, [id]: { ...room, read: seq, ...counts } },
  };
}

/** The page's title: how many messages are unread, and the open room. */
export function titleOf(state: ChatState): string {
  if (state.phase === "joining") return "Natter";
  const unread = unreadInAll(state);
  const missing = state.views[state.open]?.status === "missing";
  const name = missing ? words.room.notFound : nameOfRoom(state, state.open);
  return `${unread > 0 ? `(${unread}) ` : ""}${name === "" ? "" : `${name} · `}Natter`;
}

/** The page's icon, which has a dot while something is unread. */
export function iconOf(state: ChatState): string {
  return unreadInAll(state) > 0 ? "/favicon-unread.svg" : "/favicon.svg";
}

export function unreadInAll({ rooms, mine }: ChatState): number {
  return [...mine].reduce((sum, id) => sum + (rooms[id]?.unread ?? 0), 0);
}
