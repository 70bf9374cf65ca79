import type { Entry, Room, User } from "../../../protocol/model.ts";
import type { ChatState } from "../store.ts";

/** A message of somebody else that came since the server counted what is unread. */
export interface Fresh {
  readonly seq: number;
  readonly mention: boolean;
}

/** A room as the server tells it, which may have looked before what came and was read meanwhile. */
export function asOfNow(told: Room, known: Room | undefined, fresh: readonly Fresh[] = []): Room {
  const read = Math.max(told.read ?? 0, known?.read ?? 0);
  const since = fresh.filter(({ seq }) => seq > Math.max(told.head, read));
  const all = read > (told.read ?? 0) && read >= told.head;
  return {
    ...told,
    ...(told.read !== undefined && { read }),
    unread: (all ? 0 : told.unread) + since.length,
    mentions: (all ? 0 : told.mentions) + since.filter(({ mention }) => mention).length,
  };
}

/** Counts what has come in a room, whatever its order and however often. */
export function withArrived(
  state: ChatState,
  id: string,
  entries: readonly Entry[],
  user: User | undefined,
): Pick<ChatState, "fresh" | "rooms"> | undefined {
  const room = state.rooms[id];
  if (room === undefined || !state.mine.has(id)) return undefined;
  const known = state.fresh[id] ?? [];
  const seen = new Set(known.map(({ seq }) => seq));
  const arrived = entries.flatMap((entry): Fresh[] => {
    if (entry.kind !== "message" || entry.author.id === user?.id) return [];
    const { seq, mentions = [], deletedAt } = entry;
    if (deletedAt !== undefined || seq <= Math.max(room.head, room.read ?? 0) || seen.has(seq)) {
      return [];
    }
    seen.add(seq);
    return [{ seq, mention: user !== undefined && mentions.includes(user.id) }];
  });
  if (arrived.length === 0) return undefined;
  return {
    fresh: { ...state.fresh, [id]: [...known, ...arrived] },
    rooms: {
      ...state.rooms,
      [id]: {
        ...room,
        unread: room.unread + arrived.length,
        mentions: room.mentions + arrived.filter(({ mention }) => mention).length,
      },
    },
  };
}

/**
 * Moves the read mark on. What is left unread follows from what has come since the server counted,
 * or, for a mark before that, from what the server says is `left`.
 */
export function withRead(
  state: ChatState,
  id: string,
  seq: number,
  left?: { unread: number; mentions: number },
): Pick<ChatState, "fresh" | "rooms"> | undefined {
  const room = state.rooms[id];
  if (room === undefined || seq < (room.read ?? 0)) return undefined;
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

/** Unread messages in all of one's rooms. */
export function unreadInAll({ rooms, mine }: ChatState): number {
  return [...mine].reduce((sum, id) => sum + (rooms[id]?.unread ?? 0), 0);
}
