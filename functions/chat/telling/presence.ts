import { serverEvent } from "../../../protocol/events.ts";
import { MAX_CONNECTIONS, MAX_NAMED_PEOPLE, MAX_POSTS } from "../../../protocol/limits.ts";
import type { Online, User } from "../../../protocol/model.ts";
import { isDirect } from "../../../protocol/rooms.ts";
import { parallel } from "../../parallel.ts";
import { unlessBusy } from "../../store/client.ts";
import { bytesOf, UNIT_BYTES } from "../../store/items.ts";
import { type Live, queryLive } from "../../store/live.ts";
import { queryMemberships } from "../../store/memberships.ts";
import { getListings, getRoom } from "../../store/room-records.ts";
import { dropTab, type Person, type Tab } from "../../store/users.ts";
import { push, type Recipient } from "../../wire/dialects.ts";

/**
 * Presence counts people: a person is online while the person's item has a connection. Whoever adds
 * the first one, or removes the last one, announces it with the number that the same update has
 * raised.
 */

/** Removes a connection of the person. @returns connections that turned out to be gone */
export async function goOffline(tab: Tab): Promise<string[]> {
  const person = await dropTab(tab);
  if (person?.tabs.length !== 0) return [];
  const memberships = await queryMemberships(person.user.id);
  return tellPresence(
    person,
    memberships.map(({ room }) => room),
  );
}

/** A frame's other posts are for the person's own connections. */
const MAX_TOLD = MAX_POSTS - MAX_CONNECTIONS;

/**
 * Tells the others who watch one of the person's rooms, if the room is small enough. Of more than
 * `MAX_TOLD` who watch, the others learn it when they look at a room anew.
 */
export async function tellPresence(
  { user, n, tabs }: Person,
  rooms: readonly string[],
  own: readonly Recipient[] = [],
): Promise<string[]> {
  const watchers = new Map<string, Recipient>();
  for (const live of await audienceOfAll(rooms)) {
    if (live.watching && live.user.id !== user.id) watchers.set(live.connectionId, live);
  }
  const notice = { user, online: tabs.length > 0, n };
  return push([...own, ...watchers.values()].slice(0, MAX_TOLD), serverEvent("presence", notice));
}

/** A room counts as too large for notices above two connections for each person. */
export const MAX_LOOKED_AT = 2 * MAX_NAMED_PEOPLE;

/** Rooms that are read side by side, and the bytes after which one frame reads no more: 100 units. */
const ROOMS_AT_ONCE = 5;
const MAX_BYTES = 400 * 1024;
/** Five items are read to find who is in a direct room. */
const DIRECT_BYTES = 5 * UNIT_BYTES;

/** The room's connections if it is small enough for notices about people, else none. */
export async function audienceOf(room: string): Promise<Live[]> {
  const lives = await queryLive(room, MAX_LOOKED_AT + 1);
  return isLarge(lives) ? [] : lives;
}

/** The same of several rooms, as far as a frame may read; none of those that are throttled. */
async function audienceOfAll(rooms: readonly string[]): Promise<Live[]> {
  let left = MAX_BYTES;
  const read = async (room: string) => {
    if (left <= 0) return [];
    const lives = (await unlessBusy(queryLive(room, MAX_LOOKED_AT + 1))) ?? [];
    left -= isDirect(room) ? DIRECT_BYTES : bytesOf(lives);
    return isLarge(lives) ? [] : lives;
  };
  return (await parallel(rooms, read, ROOMS_AT_ONCE)).flat();
}

function isLarge(lives: readonly Live[]): boolean {
  return lives.length > MAX_LOOKED_AT || people(lives).length > MAX_NAMED_PEOPLE;
}

/**
 * Who is online in a room. The sweep counts those of a room with more connections than are read.
 */
export async function onlineIn(room: string): Promise<Online> {
  const lives = await queryLive(room, MAX_LOOKED_AT + 1);
  const users = people(lives);
  const count = users.length;
  if (lives.length > MAX_LOOKED_AT) {
    const [swept = await getRoom(room)] = await getListings([room]);
    return { count: Math.max(count, swept?.online ?? 0) };
  }
  return count > MAX_NAMED_PEOPLE ? { count } : { count, users };
}

/** Each person once, whatever the number of connections. */
function people(lives: readonly Live[]): User[] {
  return [...new Map(lives.map(({ user }) => [user.id, user])).values()];
}
