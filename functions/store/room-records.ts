import * as v from "valibot";
import { inPartition, ROOMS } from "./items.ts";
import { IS_NEW, kind } from "./table.ts";

/** The rooms, and the directory of the public ones. A room's item decides who owns it. */

const RoomItem = v.pipe(
  v.object({
    room: v.string(),
    /** Empty for a direct room, which each of the two sees under the other's name. */
    name: v.string(),
    kind: v.picklist(["public", "private", "direct"]),
    /** Absent if nobody owns the room, as with the lobby. */
    owner: v.optional(v.string()),
    topic: v.optional(v.string()),
    /** The code of a private room's invitation: whoever has it may join. */
    invite: v.optional(v.string()),
    /** A hash of the creator and the createRoom event, to recognise it when it is sent again. */
    madeBy: v.optional(v.string()),
    /** Ids of the two of a direct room. */
    users: v.optional(v.array(v.string())),
    rev: v.optional(v.number(), 0),
    /** Of a large private room: the people online at the last sweep. Public rooms are listed with it. */
    online: v.optional(v.number()),
  }),
  v.transform(({ room, ...item }) => ({ id: room, ...item })),
);
export type RoomRecord = v.InferOutput<typeof RoomItem>;
type NewRoom = Omit<RoomRecord, "rev">;

const rooms = kind(ROOMS, RoomItem, (id: string) => ({ room: id, entry: "room" }));

export const getRoom = rooms.get;
export const askRoom = rooms.asked;

/** The rooms that exist among `ids`, in their order. */
export async function getRooms(ids: readonly string[]): Promise<RoomRecord[]> {
  const found = new Map((await rooms.getAll(ids.map(rooms.key))).map((room) => [room.id, room]));
  return ids.flatMap((id) => found.get(id) ?? []);
}

/** @returns the room as it is now, which somebody else may have created */
export async function putRoom(room: NewRoom): Promise<RoomRecord> {
  const { id, ...attributes } = room;
  if (await rooms.put([id], { ...attributes, rev: 0 }, IS_NEW)) return { ...room, rev: 0 };
  const existing = await getRoom(id);
  if (!existing) throw new Error(`The room ${id} was there and is gone`);
  return existing;
}

/**
 * Creates a public room, listed first: a crash in between leaves a listing whose room is made when
 * somebody joins it. The other order would leave a room that nobody finds.
 */
export async function putPublicRoom(room: Omit<NewRoom, "kind">): Promise<RoomRecord> {
  const listed = await listIfNew(room);
  const made = await putRoom({ ...room, kind: "public" });
  // The listing comes from an earlier try, which may have had another name.
  if (!listed) await updateListing(made);
  return made;
}

type RoomChange = { name?: string; topic?: string; owner?: string | undefined; invite?: string };

/**
 * Changes a room, or passes it on, if it still is its owner's, or nobody's. What is set to nothing is
 * removed.
 * @returns the changed room, or undefined if it was no longer that person's
 */
export function changeRoom(
  id: string,
  owner: string | undefined,
  change: RoomChange,
): Promise<RoomRecord | undefined> {
  const changes = Object.entries(change).map(([name, value]) => [name, value || undefined]);
  const unowned = "attribute_exists(room) AND attribute_not_exists(#owner)";
  const condition = owner === undefined ? unowned : "#owner = :current";
  return rooms.update(
    [id],
    { set: Object.fromEntries(changes), add: { rev: 1 } },
    { if: condition, values: { current: owner } },
  );
}

/** Writes how many people a sweep has found online in a private room. */
export async function noteOnline(id: string, online: number): Promise<void> {
  await rooms.update([id], { set: { online } });
}

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

export function listIfNew({ id, name, topic, owner }: Listed): Promise<boolean> {
  return listings.put([id], { name, topic, owner, rev: 0 }, IS_NEW);
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
