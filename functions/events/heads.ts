import { requireConnection } from "../chat/access.ts";
import { readHead } from "../store/entries.ts";
import type { ChatEvent } from "./chat-event.ts";

/**
 * Which of the rooms have moved on from the seq that the client has. Rooms that the connection is
 * not in are passed over: one of them must not hide what happened in the others.
 */
export const heads: ChatEvent<"heads"> = async ({ connectionId }, { rooms }) => {
  const connection = await requireConnection(connectionId);
  const mine = rooms.filter(([room]) => connection.rooms.has(room));
  const moved = await Promise.all(
    mine.map(async ([room, known]) => {
      const { seq } = await readHead(room);
      return seq === known ? [] : [[room, seq] as const];
    }),
  );
  return { heads: Object.fromEntries(moved.flat()) };
};
