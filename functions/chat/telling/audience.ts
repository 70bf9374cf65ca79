import { MAX_NAMED_PEOPLE } from "../../../protocol/limits.ts";
import type { Online, User } from "../../../protocol/model.ts";
import { getListings } from "../../store/directory.ts";
import { type Live, queryLive } from "../../store/live.ts";

/** A room counts as too large for notices above two connections for each person. */
const MAX_CONNECTIONS = 2 * MAX_NAMED_PEOPLE;

/** The room's connections if it is small enough for notices about people, else none. */
export async function audienceOf(room: string): Promise<Live[]> {
  const lives = await queryLive(room, MAX_CONNECTIONS + 1);
  const isLarge = lives.length > MAX_CONNECTIONS || people(lives).length > MAX_NAMED_PEOPLE;
  return isLarge ? [] : lives;
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
