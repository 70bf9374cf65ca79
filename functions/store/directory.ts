import * as v from "valibot";
import { inPartition, ROOMS } from "./items.ts";
import { kind } from "./table.ts";

/** The directory of the public rooms: a listing for each, written after the room itself. */

const DIRECTORY = "!public";
const PREFIX = "room#";

const Listing = v.pipe(
  v.object({
    entry: v.string(),
    name: v.string(),
    topic: v.optional(v.string()),
    owner: v.optional(v.string()),
    rev: v.optional(v.number(), 0),
    /** The room at the last sweep at which somebody was online in it. */
    online: v.optional(v.number()),
    activeAt: v.optional(v.number()),
    head: v.optional(v.number()),
  }),
  v.transform(({ entry, ...item }) => ({ id: entry.slice(PREFIX.length), ...item })),
);
export type Listing = v.InferOutput<typeof Listing>;

const listings = kind(ROOMS, Listing, (id: string) => ({ room: DIRECTORY, entry: PREFIX + id }));

type Listed = Pick<Listing, "id" | "name" | "topic" | "owner">;

/** @returns false if the room is listed already */
export function listIfNew({ id, name, topic, owner }: Listed): Promise<boolean> {
  const condition = { if: "attribute_not_exists(room)" };
  return listings.put([id], { name, topic, owner, rev: 0 }, condition);
}

/** Writes the listing of a room at its `rev`, unless the listing is of a later one. */
export async function updateListing(room: Listed & { rev: number }): Promise<void> {
  const { id, name, topic, owner, rev } = room;
  const condition = { if: "attribute_not_exists(#rev) OR #rev <= :rev" };
  await listings.update([id], { set: { name, topic, owner, rev } }, condition);
}

type Activity = Record<"online" | "activeAt" | "head", number>;

/** Writes what a sweep has found about a listed room. */
export async function noteActivity(id: string, activity: Activity): Promise<void> {
  await listings.update([id], { set: activity });
}

/** The listings that exist among `ids`, in no order. */
export function getListings(ids: readonly string[]): Promise<Listing[]> {
  return listings.getAll(ids.map(listings.key));
}

/** The next `limit` listings by id; fewer only at the end of the directory. */
export function queryDirectory(after: string | undefined, limit: number): Promise<Listing[]> {
  const start = after === undefined ? undefined : listings.key(after);
  return listings.query({ ...inPartition(DIRECTORY, PREFIX), limit, after: start, stale: true });
}
