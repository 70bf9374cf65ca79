import { DEFAULT_PAGE } from "../../protocol/limits.ts";
import type { User } from "../../protocol/model.ts";
import { LOBBY } from "../../protocol/rooms.ts";
import {
  isClosed,
  isOpenTo,
  noRoom,
  requireConnection,
  requireVisible,
  withOwner,
} from "../chat/access.ts";
import { toEntry } from "../chat/log/entry-view.ts";
import { readLog, show } from "../chat/log/page.ts";
import {
  becomeMember,
  mendMembership,
  openPublicRoom,
  requireSpace,
} from "../chat/rooms/join-and-leave.ts";
import { viewRoom } from "../chat/rooms/room-view.ts";
import { subscribe } from "../chat/subscribe.ts";
import { tellMembership } from "../chat/telling/notices.ts";
import { onlineIn } from "../chat/telling/presence.ts";
import { EMPTY } from "../store/entries.ts";
import { isMember } from "../store/memberships.ts";
import { getRoom as getRecord } from "../store/room-records.ts";
import type { ChatEvent } from "../wire/serve.ts";

/** Looks at a room without joining it: what a link to it leads to. */
export const getRoom: ChatEvent<"getRoom"> = async ({ connectionId }, { room: id, invite }) => {
  const { user } = await requireConnection(connectionId);
  const { room, membership } = await requireVisible(user, id, invite);
  const [view, online] = await Promise.all([viewRoom(room, user.id, membership), onlineIn(id)]);
  return { room: view, online };
};

/**
 * Joins a room, and creates it if it does not exist and `create` is not false; the connection
 * watches it.
 */
export const joinRoom: ChatEvent<"joinRoom"> = async (
  { connectionId },
  { room: id, after = 0, create, invite },
) => {
  const connection = await requireConnection(connectionId);
  const { user } = connection;
  const n = await enter(user, id, connectionId, create, invite);
  // Before what may fail: when the client tries again, the membership does not begin again.
  if (n) await tellMembership("joined", { room: id, user, n }, { except: connectionId });
  const membership = await subscribe(id, { ...connection, watching: true });

  // Read only now: later entries are pushed.
  const [records, online, record] = await Promise.all([
    readLog(id, DEFAULT_PAGE),
    onlineIn(id),
    getRecord(id),
  ]);
  if (!record) throw new Error(`The room ${id} has members and is not there`);
  // A room has no owner after its last member has left.
  const room = record.owner === undefined ? await withOwner(record) : record;
  const newer = await show(
    records.filter(({ seq }) => seq > after),
    toEntry,
  );
  return {
    room: await viewRoom(room, user.id, membership, records[0] ?? EMPTY),
    entries: newer.toReversed(),
    more: (newer.at(-1)?.seq ?? 0) > after + 1,
    online,
  };
};

/** @returns the number of the membership's beginning, if it begins now */
async function enter(
  user: User,
  id: string,
  connectionId: string,
  create: boolean,
  invite?: string,
) {
  if (isClosed(id)) throw noRoom();
  if (await isMember(user.id, id)) {
    await mendMembership(user, id, connectionId);
    return undefined;
  }
  if (id !== LOBBY) await requireSpace(user);
  const room = create ? await openPublicRoom(id, user) : await getRecord(id);
  if (!room || !isOpenTo(room, invite)) throw noRoom();
  return (await becomeMember(user, room, connectionId))?.since;
}
