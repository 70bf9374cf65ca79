import * as v from "valibot";
import type { User } from "../../protocol/model.ts";
import { CONNECTION_SECONDS, DialectPart, ofPartition, person, ROOMS, UserPart } from "./items.ts";
import { deleteItem, getItem, putItem, queryItems, secondsFromNow, updateItem } from "./table.ts";

/**
 * Live items: the connections that a channel's pushes go to. A channel is a room, or a person
 * (`person(userId)`), whose channel reaches all connections of that person.
 */

const PREFIX = "live#";

const LiveItem = v.pipe(
  v.object({
    entry: v.string(),
    user: UserPart,
    dialect: DialectPart,
    /** Whether the connection shows the room, and so wants its notices besides its messages. */
    watching: v.boolean(),
  }),
  v.transform(({ entry, ...item }) => ({ connectionId: entry.slice(PREFIX.length), ...item })),
);
export type Live = v.InferOutput<typeof LiveItem>;

export async function putLive(channel: string, live: Live): Promise<void> {
  await putItem(ROOMS, toItem(channel, live));
}

/** Leaves an item that is there as it is: it may be watching already. */
export async function putLiveIfNew(channel: string, live: Live): Promise<void> {
  await putItem(ROOMS, toItem(channel, live), { if: "attribute_not_exists(room)" });
}

function toItem(channel: string, { connectionId, ...live }: Live) {
  return {
    ...key(channel, connectionId),
    ...live,
    expiresAt: secondsFromNow(CONNECTION_SECONDS),
  };
}

export async function getLive(channel: string, connectionId: string): Promise<Live | undefined> {
  return getItem(ROOMS, key(channel, connectionId), LiveItem);
}

/** Renames the user of a live item, if it is there. */
export async function setLiveUser(
  channel: string,
  connectionId: string,
  user: User,
): Promise<void> {
  const condition = { if: "attribute_exists(room)", values: { user } };
  await updateItem(ROOMS, key(channel, connectionId), "SET #user = :user", condition);
}

/**
 * Notes that the user types at a connection.
 * @returns the live item, undefined if there is none or the last note is not `everyMs` old
 */
export async function noteTyping(
  channel: string,
  connectionId: string,
  everyMs: number,
): Promise<Live | undefined> {
  const now = Date.now();
  const noted = await updateItem(ROOMS, key(channel, connectionId), "SET typedAt = :now", {
    if: "expiresAt > :seconds AND (attribute_not_exists(typedAt) OR typedAt <= :latest)",
    values: { now, latest: now - everyMs, seconds: secondsFromNow(0) },
  });
  return noted && v.parse(LiveItem, noted);
}

export async function deleteLive(channel: string, connectionId: string): Promise<void> {
  await deleteItem(ROOMS, key(channel, connectionId));
}

/** The channel's connections, or the first `limit` of them. */
export async function queryLive(channel: string, limit?: number): Promise<Live[]> {
  return queryItems({ ...ofPartition(channel, PREFIX), limit }, LiveItem);
}

/** The person's connections but one. */
export async function tabsOf(userId: string, except?: string): Promise<Live[]> {
  const tabs = await queryLive(person(userId));
  return tabs.filter(({ connectionId }) => connectionId !== except);
}

function key(channel: string, connectionId: string) {
  return { room: channel, entry: PREFIX + connectionId };
}
