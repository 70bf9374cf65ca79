import { isDirect } from "../../protocol/rooms.ts";
import { requireConnection } from "../chat/access.ts";
import { readHead } from "../store/entries.ts";
import { askMembership } from "../store/memberships.ts";
import { getTogether } from "../store/table.ts";
import type { ChatEvent } from "../wire/serve.ts";

/**
 * The rooms whose head differs from the seq that the client has. Rooms in which the connection is
 * not are left out: one of them must not hide news of the others.
 */
export const heads: ChatEvent<"heads"> = async ({ connectionId }, { rooms }) => {
  const { user, rooms: shared } = await requireConnection(connectionId);
  const direct = rooms.map(([room]) => room).filter(isDirect);
  const memberships = await getTogether(...direct.map((room) => askMembership(user.id, room)));
  const ids = new Set([...shared, ...memberships.map((membership) => membership?.room)]);
  const mine = rooms.filter(([room]) => ids.has(room));
  const moved = await Promise.all(
    mine.map(async ([room, known]) => {
      const { seq } = await readHead(room);
      return seq === known ? [] : [[room, seq] as const];
    }),
  );
  return { heads: Object.fromEntries(moved.flat()) };
};
