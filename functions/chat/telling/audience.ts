import { MAX_NAMED_PEOPLE } from "../../../protocol/limits.ts";
import type { Online, User } from "../../../protocol/model.ts";
import { type Live, queryLive } from "../../store/live.ts";

/** Two connections a person are read before a room counts as too large for notices. */
const MAX_CONNECTIONS = 2 * MAX_NAMED_PEOPLE;

/** The room's connections if it is small enough for notices about people, else none. */
export async function audienceOf(room: string): Promise<Live[]> {
  const lives = await queryLive(room, MAX_CONNECTIONS + 1);
  const isLarge = lives.length > MAX_CONNECTIONS || people(lives).length > MAX_NAMED_PEOPLE;
  return isLarge ? [] : lives;
}

export function toOnline(lives: readonly Live[]): Online {
  const users = people(lives);
  return users.length > MAX_NAMED_PEOPLE ? { count: users.length } : { count: users.length, users };
}

/** People, not connections. */
function people(lives: readonly Live[]): User[] {
  return [...new Map(lives.map(({ user }) => [user.id, user])).values()];
}
