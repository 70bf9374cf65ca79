import * as v from "valibot";
import { ofPartition, ROOMS } from "./items.ts";
import { batchGet, putItem, queryItems, setting, updateItem } from "./table.ts";

/** The directory of the public rooms: listings, which are written after the rooms themselves. */

const DIRECTORY = "!public";
const PREFIX = "room#";

const Listing = v.pipe(
  v.object({
    entry: v.string(),
    name: v.string(),
    topic: v.optional(v.string()),
    owner: v.optional(v.string()),
    rev: v.optional(v.number(), 0),
    /** How the room was at the last sweep that saw somebody online in it. */
    online: v.optional(v.number()),
    activeAt: v.optional(v.number()),
    head: v.optional(v.number()),
  }),
  v.transform(({ entry, ...item }) => ({ id: entry.slice(PREFIX.length), ...item })),
);
export type Listing = v.InferOutput<typeof Listing>;

type Listed = Pick<Listing, "id" | "name" | "topic" | "owner">;

/** @returns false if the room is listed already */
export async function listIfNew({ id, name, topic, owner }: Listed): Promise<boolean> {
  const item = { ...key(id), name, topic, owner, rev: 0 };
  return putItem(ROOMS, item, { if: "attribute_not_exists(room)" });
}

/** Lists a room as it is at its `rev`, unless it is listed as it was later. */
export async function updateListing({
  id,
  name,
  topic,
  owner,
  rev,
}: Listed & { rev: number }): Promise<void> {
  const values = { name, topic, owner, rev };
  const condition = { if: "attribute_not_exists(#rev) OR #rev <= :rev", values };
  await updateItem(ROOMS, key(id), setting(values), condition);
}

/** Notes how a listed room is: what a sweep finds out. */
export async function noteActivity(
  id: string,
  activity: { online: number; activeAt: number; head: number },
): Promise<void> {
  const condition = { if: "attribute_exists(room)", values: activity };
  await updateItem(ROOMS, key(id), setting(activity), condition);
}

/** The listings that exist among `ids`, in no order. */
export async function getListings(ids: readonly string[]): Promise<Listing[]> {
  return batchGet(ROOMS, ids.map(key), Listing);
}

/** The next `limit` of the directory by id; fewer only at its end. */
export async function queryDirectory(after: string | undefined, limit: number): Promise<Listing[]> {
  const query = { ...ofPartition(DIRECTORY, PREFIX), limit, stale: true };
  return queryItems({ ...query, after: after === undefined ? undefined : key(after) }, Listing);
}

function key(id: string) {
  return { room: DIRECTORY, entry: PREFIX + id };
}
