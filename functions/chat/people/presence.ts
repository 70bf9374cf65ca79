import { serverEvent } from "../../../protocol/events.ts";
import { MAX_CONNECTIONS, MAX_POSTS } from "../../../protocol/limits.ts";
import { close, NOTHING, type Outcome } from "../../aws/posts.ts";
import { parallel } from "../../parallel.ts";
import { queryMemberships } from "../../store/memberships.ts";
import { dropTab, type Person, type Tab } from "../../store/users.ts";
import { push, type Recipient } from "../../wire/dialects.ts";
import { audienceOfAll } from "../telling/audience.ts";

/**
 * Presence counts people: a person is online while the person's item has a connection. Whoever adds
 * the first one, or removes the last one, announces it with the number that the same update has
 * raised.
 */

/** Removes a connection of the person. */
export async function goOffline(tab: Tab): Promise<Outcome> {
  const person = await dropTab(tab);
  if (person?.tabs.length !== 0) return NOTHING;
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
): Promise<Outcome> {
  const watchers = new Map<string, Recipient>();
  for (const live of await audienceOfAll(rooms)) {
    if (live.watching && live.user.id !== user.id) watchers.set(live.connectionId, live);
  }
  const notice = { user, online: tabs.length > 0, n };
  return push([...own, ...watchers.values()].slice(0, MAX_TOLD), serverEvent("presence", notice));
}

/** Writes that a frame makes to end connections of a person. */
const MAX_ENDING = 40;

/**
 * Whether it takes too many writes to end these connections: then they are closed, and their
 * `$disconnect` ends them.
 */
export function isCostly(connections: number, rooms: number): boolean {
  return connections * (rooms + 3) > MAX_ENDING;
}

/**
 * Closes the person's oldest connections, if there are too many.
 * @param own the connection that was added
 * @returns those that were closed and are to be ended at once, as connections that are gone
 */
export async function closeOldest({ tabs }: Person, own: string, rooms: number): Promise<Outcome> {
  const others = tabs.map(({ connectionId }) => connectionId).filter((id) => id !== own);
  const closed = others.slice(0, Math.max(0, tabs.length - MAX_CONNECTIONS));
  await parallel(closed, close);
  return { ...NOTHING, gone: isCostly(closed.length, rooms) ? [] : closed };
}
