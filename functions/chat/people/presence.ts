import { serverEvent } from "../../../protocol/events.ts";
import type { User } from "../../../protocol/model.ts";
import { NOTHING, type Outcome } from "../../aws/posts.ts";
import { person } from "../../store/items.ts";
import { queryLive } from "../../store/live.ts";
import { queryMemberships } from "../../store/memberships.ts";
import { flipPresence, getUser, raisePresence } from "../../store/users.ts";
import { push, type Recipient } from "../../wire/dialects.ts";
import { audience } from "../telling/notices.ts";

/**
 * Presence counts people: it flips with a person's first connection and after the last one. Only
 * who flips it tells, and looks again after the flip, since the other direction may have run beside
 * it: whoever flips last is then the one that saw how things are.
 */

/** A connection of the person has come; its live item in the person's channel is there. */
export async function coming(user: User): Promise<Outcome> {
  const n = await flipPresence(user.id, true);
  if (n === undefined) return NOTHING;
  if (!(await isHere(user))) {
    await flipPresence(user.id, false);
    return NOTHING;
  }
  return tellWatchers(user, true, n);
}

/** A connection of the person has gone; its live item in the person's channel is deleted. */
export async function going(user: User): Promise<Outcome> {
  if (await isHere(user)) return NOTHING;
  const n = await flipPresence(user.id, false);
  if (n === undefined) return NOTHING;
  if (await isHere(user)) {
    await flipPresence(user.id, true);
    return NOTHING;
  }
  return tellWatchers(user, false, n);
}

async function isHere(user: User): Promise<boolean> {
  return (await queryLive(person(user.id), 1)).length > 0;
}

/** Tells of a person's new name, to the person's own connections too. */
export async function renamed(userId: string, except?: string): Promise<Outcome> {
  const n = await raisePresence(userId);
  // Read after the number is drawn: the notice with the highest has the last name.
  const user = await getUser(userId);
  if (n === undefined || !user) return NOTHING;
  const own = (await queryLive(person(userId))).filter((live) => live.connectionId !== except);
  return tellWatchers(user, true, n, own);
}

async function tellWatchers(
  user: User,
  online: boolean,
  n: number,
  own: readonly Recipient[] = [],
): Promise<Outcome> {
  const memberships = await queryMemberships(user.id);
  const audiences = await Promise.all(memberships.map(({ room }) => audience(room)));
  const watchers = new Map<string, Recipient>();
  for (const live of audiences.flat()) {
    if (live.watching && live.user.id !== user.id) watchers.set(live.connectionId, live);
  }
  return push([...watchers.values(), ...own], serverEvent("presence", { user, online, n }));
}
