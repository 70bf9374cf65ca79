import { ClientError } from "../../protocol/errors.ts";
import { MAX_ROOMS } from "../../protocol/limits.ts";
import { isDirect } from "../../protocol/rooms.ts";
import { parallel } from "../parallel.ts";
import { unlessBusy } from "../store/client.ts";
import { addRooms, getConnection, removeRoom } from "../store/connections.ts";
import { readHead } from "../store/entries.ts";
import { deleteLive, type Live, putLive, putLiveIfNew, setLiveUser } from "../store/live.ts";
import { getMembership, type Membership, queryMemberships } from "../store/memberships.ts";
import { askRoom } from "../store/room-records.ts";
import { type Asked, getUnthrottled } from "../store/table.ts";
import { refuse } from "./access.ts";

/**
 * Subscribes a connection to a room. It puts the live item first, then reads the connection and the
 * membership again. Whoever deletes one of these deletes the live item afterwards, so one of the
 * two sides notices the other. All of a member's connections are in a direct room as it is.
 * @throws {ClientError} if either is gone; the subscription is undone then
 */
export async function subscribe(room: string, live: Live): Promise<Membership> {
  try {
    await enter(room, live);
    const membership = await getMembership(live.user.id, room);
    return membership ?? (await refuse(live.connectionId, room));
  } catch (error) {
    await unsubscribe(room, live.connectionId);
    throw error;
  }
}

/**
 * Subscribes a new connection to its rooms, side by side, and undoes those that were left meanwhile.
 * Rooms that are throttled are late: they keep nobody out of the others. If this throws, the caller
 * undoes them all.
 * @param ask what is read together with the rooms, for the caller
 */
export async function subscribeAll<Item>(rooms: readonly string[], live: Live, ask: Asked<Item>) {
  const shared = rooms.filter((room) => !isDirect(room));
  const put = await askEach(shared, (room) => putLiveIfNew(room, live));
  const entering = shared.filter((_, index) => put[index] !== undefined);
  await addToConnection(live, entering);
  const memberships = await queryMemberships(live.user.id);
  const mine = memberships.filter(({ room }) => rooms.includes(room));
  const left = entering.filter((room) => !mine.some((one) => one.room === room));
  await parallel(left, (room) => unsubscribe(room, live.connectionId));

  // Read only now: later entries, and changes of the rooms, are pushed.
  const subscribed = mine.filter(({ room }) => entering.includes(room) || isDirect(room));
  const [heads, [asked, ...records]] = await Promise.all([
    askEach(subscribed, ({ room }) => readHead(room)),
    getUnthrottled(ask, ...subscribed.map(({ room }) => askRoom(room))),
  ]);
  const entered = subscribed.flatMap((membership, index) => {
    const [record, head] = [records[index], heads[index]];
    return record && head ? [{ membership, record, head }] : [];
  });
  const late = mine.filter((one) => !entered.some(({ membership }) => membership === one));
  return { entered, late: late.map(({ room }) => room), asked };
}

/** What `ask` returns for each; undefined for those that are throttled. They do not wait for each other. */
function askEach<T, R>(rooms: readonly T[], ask: (room: T) => Promise<R>) {
  return parallel(rooms, (room) => unlessBusy(ask(room)), MAX_ROOMS);
}

/**
 * Subscribes a person's connections. The caller reads the membership afterwards.
 * @returns those that are in the room now
 */
export async function subscribeTabs(room: string, lives: readonly Live[]): Promise<Live[]> {
  const subscribed = await parallel(lives, async (live) => {
    try {
      await enter(room, live);
      return [live];
    } catch (error) {
      await unsubscribe(room, live.connectionId);
      // A connection that is ending.
      if (error instanceof ClientError && error.code !== "busy") return [];
      throw error;
    }
  });
  return subscribed.flat();
}

async function enter(room: string, live: Live): Promise<void> {
  if (isDirect(room)) return;
  // A live item that exists may be watching. Only a connection that watches overwrites it.
  await (live.watching ? putLive(room, live) : putLiveIfNew(room, live));
  await addToConnection(live, [room]);
}

/**
 * The live item is deleted last: while it exists, another try finds the subscription.
 * @returns the live item, if there was one
 */
export async function unsubscribe(room: string, connectionId: string): Promise<Live | undefined> {
  if (isDirect(room)) return undefined;
  await removeRoom(connectionId, room);
  return deleteLive(room, connectionId);
}

/**
 * Adds rooms to the connection's item, after their live items were put. A rename goes the other
 * way, from the connection to the live items, so one of the two sees the other.
 */
async function addToConnection({ connectionId, user }: Live, rooms: readonly string[]) {
  // DynamoDB has no empty sets.
  const connection = await (rooms.length > 0
    ? addRooms(connectionId, rooms)
    : getConnection(connectionId));
  if (!connection) throw new ClientError("unauthorized", "The connection is gone");
  if (connection.user.name === user.name) return;
  await parallel(rooms, (room) => setLiveUser(room, connectionId, connection.user));
}
