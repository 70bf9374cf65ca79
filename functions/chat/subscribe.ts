import { ClientError } from "../../protocol/errors.ts";
import { parallel } from "../parallel.ts";
import { addRooms, removeRoom } from "../store/connections.ts";
import { person } from "../store/items.ts";
import {
  deleteLive,
  getLive,
  type Live,
  putLive,
  putLiveIfNew,
  queryLive,
  setLiveUser,
} from "../store/live.ts";
import { getMembership, type Membership, queryMemberships } from "../store/memberships.ts";
import { refuse } from "./access.ts";

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
    await addTo(live, [room]);
    const membership = await getMembership(live.user.id, room);
    return membership ?? (await refuse(live.connectionId, room));
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
  await addTo(live, rooms);
  const memberships = await queryMemberships(user.id);
  for (const room of rooms) {
    if (!memberships.some((membership) => membership.room === room)) {
      await unsubscribe(room, connectionId);
    }
  }
  return memberships.filter(({ room }) => rooms.includes(room));
}

/** Subscribes a connection, unless it is in the room. */
export async function subscribeIfNew(room: string, live: Live): Promise<void> {
  if (await getLive(room, live.connectionId)) return;
  await subscribe(room, { ...live, watching: false });
}

/** Subscribes a person's connections. @returns those that are in the room then */
export async function subscribeTabs(
  room: string,
  userId: string,
  except?: string,
): Promise<Live[]> {
  const tabs = (await queryLive(person(userId))).filter((tab) => tab.connectionId !== except);
  const subscribed = await parallel(tabs, async (tab) => {
    try {
      await subscribeIfNew(room, tab);
      return [tab];
    } catch (error) {
      // One that is ending has undone its subscription.
      if (error instanceof ClientError) return [];
      throw error;
    }
  });
  return subscribed.flat();
}

/** The live item last: while it is there, another try finds the subscription. */
export async function unsubscribe(room: string, connectionId: string): Promise<void> {
  await removeRoom(connectionId, room);
  await deleteLive(room, connectionId);
}

/**
 * Adds rooms to the connection, after its live items in them: who renames the person does both in
 * the same order, so one of the two sees what the other has done.
 */
async function addTo({ connectionId, user }: Live, rooms: readonly string[]): Promise<void> {
  const connection = await addRooms(connectionId, rooms);
  if (!connection) throw new ClientError("unauthorized", "The connection is gone");
  if (connection.user.name === user.name) return;
  await parallel(rooms, (room) => setLiveUser(room, connectionId, connection.user));
}
