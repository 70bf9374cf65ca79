import { ClientError } from "../../protocol/errors.ts";
import { parallel } from "../parallel.ts";
import { addRooms, removeRoom } from "../store/connections.ts";
import { person } from "../store/items.ts";
import { deleteLive, type Live, putLive, putLiveIfNew, queryLive } from "../store/live.ts";
import { getMembership, type Membership, queryMemberships } from "../store/members.ts";

/**
 * Subscribes a connection to a room that its user is a member of. The live item comes first and
 * what it rests on is looked at after: the connection, which may be ending, and the membership,
 * which may be. Whoever ends these deletes live items after, so one of the two sees the other.
 * @throws {ClientError} if either is gone; nothing is left of the subscription then
 */
export async function subscribe(room: string, live: Live): Promise<Membership> {
  try {
    // Only a room that is shown is put anew, since that must not undo the showing elsewhere.
    await (live.watching ? putLive(room, live) : putLiveIfNew(room, live));
    if (!(await addRooms(live.connectionId, [room]))) throw connectionGone();
    const membership = await getMembership(live.user.id, room);
    if (!membership) throw new ClientError("forbidden", "You are no longer in the room");
    return membership;
  } catch (error) {
    await unsubscribe(room, live.connectionId);
    throw error;
  }
}

/**
 * The same for all of a new connection's rooms; those that were left meanwhile are undone, and the
 * caller undoes them all if this throws.
 * @returns the memberships of the others
 */
export async function subscribeAll(rooms: readonly string[], live: Live): Promise<Membership[]> {
  const { connectionId, user } = live;
  await parallel(rooms, (room) => putLiveIfNew(room, live));
  if (!(await addRooms(connectionId, rooms))) throw connectionGone();
  const memberships = await queryMemberships(user.id);
  for (const room of rooms) {
    if (!memberships.some((membership) => membership.room === room)) {
      await unsubscribe(room, connectionId);
    }
  }
  return memberships.filter(({ room }) => rooms.includes(room));
}

/** Subscribes the person's other connections to a room that the person has just become a member of. */
export async function subscribeOthers(room: string, { user, connectionId }: Live): Promise<void> {
  const others = await queryLive(person(user.id));
  for (const other of others) {
    if (other.connectionId === connectionId) continue;
    await subscribe(room, { ...other, watching: false }).catch((error) => {
      // One that is ending has undone its subscription.
      if (!(error instanceof ClientError)) throw error;
    });
  }
}

export async function unsubscribe(room: string, connectionId: string): Promise<void> {
  await deleteLive(room, connectionId);
  await removeRoom(connectionId, room);
}

function connectionGone(): ClientError {
  return new ClientError("unauthorized", "The connection is gone");
}
