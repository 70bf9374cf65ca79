import { requireConnection } from "../chat/access.ts";
import { readHead } from "../store/entries.ts";
import type { ChatEvent } from "./chat-event.ts";

/**
 * The rooms whose head differs from the seq that the client has. Rooms in which the connection is
 * not are left out: one of them must not hide news of the others.
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
