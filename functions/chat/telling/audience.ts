import { MAX_NAMED_PEOPLE } from "../../../protocol/limits.ts";
import type { Online, User } from "../../../protocol/model.ts";
import { isDirect } from "../../../protocol/rooms.ts";
import { parallel } from "../../parallel.ts";
import { unlessBusy } from "../../store/client.ts";
import { getListings } from "../../store/directory.ts";
import { bytesOf, UNIT_BYTES } from "../../store/items.ts";
import { type Live, queryLive } from "../../store/live.ts";

/** A room counts as too large for notices above two connections for each person. */
const MAX_CONNECTIONS = 2 * MAX_NAMED_PEOPLE;

/** Rooms that are read side by side, and the bytes after which one frame reads no more: 100 units. */
const ROOMS_AT_ONCE = 5;
const MAX_BYTES = 400 * 1024;
/** Who is in a direct room say five items. */
const DIRECT_BYTES = 5 * UNIT_BYTES;

/** The room's connections if it is small enough for notices about people, else none. */
export async function audienceOf(room: string): Promise<Live[]> {
  const lives = await queryLive(room, MAX_CONNECTIONS + 1);
  return isLarge(lives) ? [] : lives;
}

/** The same of several rooms, as far as a frame may read; none of those that are throttled. */
export async function audienceOfAll(rooms: readonly string[]): Promise<Live[]> {
  let left = MAX_BYTES;
  const read = async (room: string) => {
    if (left <= 0) return [];
    const lives = (await unlessBusy(queryLive(room, MAX_CONNECTIONS + 1))) ?? [];
    left -= isDirect(room) ? DIRECT_BYTES : bytesOf(lives);
    return isLarge(lives) ? [] : lives;
  };
  return (await parallel(rooms, read, ROOMS_AT_ONCE)).flat();
}

function isLarge(lives: readonly Live[]): boolean {
  return lives.length > MAX_CONNECTIONS || people(lives).length > MAX_NAMED_PEOPLE;
}

/**
 * Who is online in a room. The sweep counts those of a room with more connections than are read.
 */
export async function onlineIn(room: string): Promise<Online> {
  const lives = await queryLive(room, MAX_CONNECTIONS + 1);
  const users = people(lives);
  const count = users.length;
  if (lives.length > MAX_CONNECTIONS) {
    const [listing] = await getListings([room]);
    return { count: Math.max(count, listing?.online ?? 0) };
  }
  return count > MAX_NAMED_PEOPLE ? { count } : { count, users };
}

/** Each person once, whatever the number of connections. */
function people(lives: readonly Live[]): User[] {
  return [...new Map(lives.map(({ user }) => [user.id, user])).values()];
}
