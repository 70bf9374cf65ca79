import { serverEvent } from "../../../protocol/events.ts";
import type { User } from "../../../protocol/model.ts";
import { NOTHING, type Outcome } from "../../aws/posts.ts";
import { person } from "../../store/items.ts";
import { queryLive, tabsOf } from "../../store/live.ts";
import { flipPresence, getUser, raisePresence } from "../../store/users.ts";
import { push, type Recipient } from "../../wire/dialects.ts";
import { audienceOf } from "../telling/audience.ts";

/**
 * Presence counts people: it flips with a person's first connection and after the last one. Only the
 * one who flips it tells. Connections are looked for again after the flip, since the other direction
 * may have run beside it; whoever flips last has then seen how things are.
 */

/** A connection of the person has come; its live item in the person's channel is there. */
export async function cameOnline(user: User, rooms: readonly string[]): Promise<Outcome> {
  const n = await flipPresence(user.id, true);
  if (n === undefined) return NOTHING;
  if (await isHere(user)) return tellWatchers({ user, online: true, n }, rooms);
  await flipPresence(user.id, false);
  return NOTHING;
}

/** A connection of the person has gone; its live item in the person's channel is deleted. */
export async function wentOffline(user: User, rooms: readonly string[]): Promise<Outcome> {
  if (await isHere(user)) return NOTHING;
  const n = await flipPresence(user.id, false);
  if (n === undefined) return NOTHING;
  if (!(await isHere(user))) return tellWatchers({ user, online: false, n }, rooms);
  await flipPresence(user.id, true);
  return NOTHING;
}

async function isHere(user: User): Promise<boolean> {
  return (await queryLive(person(user.id), 1)).length > 0;
}

/** The person has another name: told to the person's other connections too. */
export async function tellName(userId: string, rooms: readonly string[], acked?: string) {
  const n = await raisePresence(userId);
  // Read after the number is drawn: the notice with the highest number has the last name.
  const user = await getUser(userId);
  if (n === undefined || !user) return NOTHING;
  return tellWatchers({ user, online: true, n }, rooms, await tabsOf(userId, acked));
}

/** Tells the others who watch one of the person's rooms, if that is small enough. */
async function tellWatchers(
  notice: { user: User; online: boolean; n: number },
  rooms: readonly string[],
  own: readonly Recipient[] = [],
): Promise<Outcome> {
  const audiences = await Promise.all(rooms.map(audienceOf));
  const watchers = new Map<string, Recipient>();
  for (const live of audiences.flat()) {
    if (live.watching && live.user.id !== notice.user.id) watchers.set(live.connectionId, live);
  }
  return push([...watchers.values(), ...own], serverEvent("presence", notice));
}
