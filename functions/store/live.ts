import * as v from "valibot";
import type { User } from "../../protocol/model.ts";
import { isDirect } from "../../protocol/rooms.ts";
import { getConnection, noteSent } from "./connections.ts";
import { CONNECTION_SECONDS, DialectPart, inPartition, ROOMS, UserPart } from "./items.ts";
import { askMembership, isMember } from "./memberships.ts";
import { getRoom } from "./room-records.ts";
import { type Condition, getTogether, kind, secondsFromNow } from "./table.ts";
import { askPerson } from "./users.ts";

/**
 * Live items: the connections that get a room's pushes. A direct room has none: all connections of its
 * two people are in it, of those who are members, and they watch it.
 */

const PREFIX = "live#";

const LiveItem = v.pipe(
  v.object({
    entry: v.string(),
    user: UserPart,
    dialect: DialectPart,
    /** Whether the connection shows the room, and so gets its notices as well. */
    watching: v.boolean(),
    /** That of the connection. */
    expiresAt: v.optional(v.number()),
  }),
  v.transform(({ entry, ...item }) => ({ connectionId: entry.slice(PREFIX.length), ...item })),
);
export type Live = v.InferOutput<typeof LiveItem>;

const lives = kind(ROOMS, LiveItem, (room: string, connectionId: string) => ({
  room,
  entry: PREFIX + connectionId,
}));

export const askLive = lives.asked;
export const deleteLive = lives.delete;

/** The connection's live item, or in a direct room what stands for it. */
export async function getLive(room: string, connectionId: string): Promise<Live | undefined> {
  if (!isDirect(room)) return lives.get(room, connectionId);
  const { user, dialect } = (await getConnection(connectionId)) ?? {};
  if (!user || !dialect || !(await isMember(user.id, room))) return undefined;
  return { connectionId, user, dialect, watching: true };
}

export function putLive(room: string, live: Live): Promise<boolean> {
  return put(room, live);
}

/** Does not overwrite an item that exists: it may be watching. */
export function putLiveIfNew(room: string, live: Live): Promise<boolean> {
  return put(room, live, "attribute_not_exists(room)");
}

function put(room: string, live: Live, condition?: string) {
  const { connectionId, user, dialect, watching } = live;
  const expiresAt = live.expiresAt ?? secondsFromNow(CONNECTION_SECONDS);
  const attributes = { user, dialect, watching, expiresAt };
  return lives.put([room, connectionId], attributes, condition ? { if: condition } : {});
}

/** Renames the user of a live item, if it is there. */
export function setLiveUser(room: string, connectionId: string, user: User) {
  const condition = { if: "attribute_exists(room)", values: { user } };
  return lives.update([room, connectionId], "SET #user = :user", condition);
}

/**
 * Notes that the user of a connection types.
 * @returns the live item, or undefined if there is none or the last note is younger than `everyMs`
 */
export function noteTyping(room: string, connectionId: string, everyMs: number) {
  const now = Date.now();
  return note(room, connectionId, "SET typedAt = :now", {
    if: "expiresAt > :seconds AND (attribute_not_exists(typedAt) OR typedAt <= :latest)",
    values: { now, latest: now - everyMs, seconds: secondsFromNow(0) },
  });
}

/**
 * Counts a custom event that a connection sends into a room, by one number: the time in ms at which
 * all `perSecond` of them are allowed again (the generic cell rate algorithm, GCRA).
 * @returns the live item, or undefined if there is none or the limit is reached
 */
export async function countCustom(room: string, connectionId: string, perSecond: number) {
  const now = Date.now();
  const cost = 1_000 / perSecond;
  const allFree = await note(room, connectionId, "SET customAt = :next", {
    if: "expiresAt > :seconds AND (attribute_not_exists(customAt) OR customAt <= :now)",
    values: { now, next: now + cost, seconds: secondsFromNow(0) },
  });
  if (allFree) return allFree;
  return note(room, connectionId, "SET customAt = customAt + :cost", {
    if: "expiresAt > :seconds AND customAt <= :latest",
    values: { cost, latest: now + 1_000 - cost, seconds: secondsFromNow(0) },
  });
}

/** Notes on the live item what a connection sends; where there is none, on the connection's own item. */
async function note(room: string, connectionId: string, change: string, condition: Condition) {
  if (!isDirect(room)) return lives.update([room, connectionId], change, condition);
  return (await noteSent(connectionId, change, condition)) && getLive(room, connectionId);
}

/** The room's connections, or the first `limit` of them. */
export async function queryLive(room: string, limit?: number): Promise<Live[]> {
  if (!isDirect(room)) return lives.query({ ...inPartition(room, PREFIX), limit });
  const [one = "", other = ""] = (await getRoom(room))?.users ?? [];
  const [isOneIn, first, isOtherIn, second] = await getTogether(
    askMembership(one, room),
    askPerson(one),
    askMembership(other, room),
    askPerson(other),
  );
  const tabs = [isOneIn && first, isOtherIn && second].flatMap((person) => person?.tabs ?? []);
  return tabs.map(({ connectionId, user, dialect }) => ({
    connectionId,
    user,
    dialect,
    watching: true,
  }));
}
