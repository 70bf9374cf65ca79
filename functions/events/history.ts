import { isDirect } from "../../protocol/rooms.ts";
import { requireConnection, requireLive } from "../chat/access.ts";
import { toEntry } from "../chat/log/entry-view.ts";
import { readLog, show } from "../chat/log/page.ts";
import { EMPTY, readHead } from "../store/entries.ts";
import { askMembership } from "../store/memberships.ts";
import { getTogether } from "../store/table.ts";
import type { ChatEvent } from "../wire/serve.ts";

/** A page of a room's log: the newest, those before a seq, or those after one. */
export const history: ChatEvent<"history"> = async ({ connectionId }, data) => {
  const { room, before, after, limit } = data;
  await requireLive(connectionId, room);
  const [read, known] = await Promise.all([
    readLog(room, limit, { before, after }),
    before === undefined && after === undefined ? EMPTY : readHead(room),
  ]);
  const shown = await show(read, toEntry);
  const head = Math.max(known.seq, read[0]?.seq ?? 0, read.at(-1)?.seq ?? 0);
  const last = shown.at(-1)?.seq;
  if (after === undefined) return { entries: shown.toReversed(), more: (last ?? 1) > 1, head };
  return { entries: shown, more: (last ?? head) < head, head };
};

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
