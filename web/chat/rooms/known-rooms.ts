import type { Room } from "../../../protocol/model.ts";
import type { ChatState, Fresh } from "../state.ts";

/** The state with rooms as the server has just told them. */
export function withRooms(state: ChatState, told: readonly Room[]): Pick<ChatState, "rooms"> {
  const { rooms, fresh } = state;
  const now = told.map((room) => [room.id, upToDate(room, rooms[room.id], fresh[room.id])]);
  return { rooms: { ...rooms, ...Object.fromEntries(now) } };
}

/**
 * A room as the server tells it, with the messages that came, the read marks that moved and the
 * changes that were made after the server looked.
 */
function upToDate(told: Room, known: Room | undefined, fresh: readonly Fresh[] = []): Room {
  const read = Math.max(told.read ?? 0, known?.read ?? 0);
  // The server counted before the mark moved, so its count may include what has been read since: the
  // page keeps its own until the answer to the mark brings a new one.
  const isBehind = known !== undefined && read > (told.read ?? 0);
  const { unread, mentions } = isBehind ? known : told;
  const more = isBehind ? [] : fresh.filter(({ seq }) => seq > Math.max(told.head, read));
  return {
    ...told,
    ...(known !== undefined && known.rev > told.rev && factsOf(known)),
    ...(told.read !== undefined && { read }),
    unread: unread + more.length,
    mentions: mentions + more.filter(({ mention }) => mention).length,
  };
}

function factsOf({ name, topic, owner, rev }: Room): Partial<Room> {
  return { name, topic, owner, rev };
}

/**
 * The state once this connection is in these rooms of this person too, except for one that is being
 * left.
 */
export function withMine(
  { mine, late, leaving }: Pick<ChatState, "mine" | "late" | "leaving">,
  ...rooms: string[]
): Pick<ChatState, "mine" | "late"> {
  return {
    mine: new Set([...mine, ...rooms.filter((id) => id !== leaving?.room)]),
    late: new Set([...late].filter((id) => !rooms.includes(id))),
  };
}

/** The state once this person is no longer a member of a room: what is not sent there is given up. */
export function withoutMine(state: ChatState, room: string): Partial<ChatState> {
  const { [room]: _, ...views } = state.views;
  return {
    views,
    mine: new Set([...state.mine].filter((id) => id !== room)),
    outgoing: state.outgoing.filter((message) => message.room !== room),
    changes: state.changes.filter((change) => change.room !== room),
  };
}

export function ownsRoom({ rooms, user }: ChatState, room: string): boolean {
  return user !== undefined && rooms[room]?.owner === user.id;
}
