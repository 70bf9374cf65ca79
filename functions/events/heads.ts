import type { AckData, ClientData } from "../../protocol/events.ts";
import { requireConnection } from "../chat/access.ts";
import { readHead } from "../store/entries.ts";
import type { Context } from "../wire/serve.ts";

/**
 * Which of the rooms have moved on from the seq that the client has. Rooms that the connection is
 * not in are passed over: one of them must not hide what happened in the others.
 */
export async function heads(
  { connectionId }: Context,
  { rooms }: ClientData<"heads">,
): Promise<AckData["heads"]> {
  const connection = await requireConnection(connectionId);
  const mine = rooms.filter(([room]) => connection.rooms.has(room));
  const moved = await Promise.all(
    mine.map(async ([room, known]) => {
      const { seq } = await readHead(room);
      return seq === known ? [] : [[room, seq] as const];
    }),
  );
  return { heads: Object.fromEntries(moved.flat()) };
}
