import * as v from "valibot";
import type { User } from "../../protocol/model.ts";
import { CONNECTION_SECONDS, DialectPart, inPartition, ROOMS, UserPart } from "./items.ts";
import { kind, secondsFromNow } from "./table.ts";

/** Live items: the connections that get a room's pushes. */

const PREFIX = "live#";

const LiveItem = v.pipe(
  v.object({
    entry: v.string(),
    user: UserPart,
    dialect: DialectPart,
    /** Whether the connection shows the room, and so gets its notices as well. */
    watching: v.boolean(),
  }),
  v.transform(({ entry, ...item }) => ({ connectionId: entry.slice(PREFIX.length), ...item })),
);
export type Live = v.InferOutput<typeof LiveItem>;

const lives = kind(ROOMS, LiveItem, (room: string, connectionId: string) => ({
  room,
  entry: PREFIX + connectionId,
}));

export const getLive = lives.get;
export const deleteLive = lives.delete;

export function putLive(room: string, live: Live): Promise<boolean> {
  return put(room, live);
}

/** Does not overwrite an item that exists: it may be watching. */
export function putLiveIfNew(room: string, live: Live): Promise<boolean> {
  return put(room, live, "attribute_not_exists(room)");
}

function put(room: string, { connectionId, user, dialect, watching }: Live, condition?: string) {
  const attributes = { user, dialect, watching, expiresAt: secondsFromNow(CONNECTION_SECONDS) };
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
  return lives.update([room, connectionId], "SET typedAt = :now", {
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
  const ids: [string, string] = [room, connectionId];
  const allFree = await lives.update(ids, "SET customAt = :next", {
    if: "expiresAt > :seconds AND (attribute_not_exists(customAt) OR customAt <= :now)",
    values: { now, next: now + cost, seconds: secondsFromNow(0) },
  });
  if (allFree) return allFree;
  return lives.update(ids, "SET customAt = customAt + :cost", {
    if: "expiresAt > :seconds AND customAt <= :latest",
    values: { cost, latest: now + 1_000 - cost, seconds: secondsFromNow(0) },
  });
}

/** The room's connections, or the first `limit` of them. */
export function queryLive(room: string, limit?: number): Promise<Live[]> {
  return lives.query({ ...inPartition(room, PREFIX), limit });
}
