import * as v from "valibot";
import { listIfNew, updateListing } from "./directory.ts";
import { ROOMS } from "./items.ts";
import { batchGet, getItem, putItem, setting, updateItem } from "./table.ts";

/** The rooms themselves. A room's item decides who owns it. */

const RoomItem = v.pipe(
  v.object({
    room: v.string(),
    /** Empty in a direct room, which each of the two calls by the other's name. */
    name: v.string(),
    kind: v.picklist(["public", "private", "direct"]),
    /** Absent where nobody owns the room, as in the lobby. */
    owner: v.optional(v.string()),
    topic: v.optional(v.string()),
    /** Ids of the two of a direct room. */
    users: v.optional(v.array(v.string())),
    /** Raised by each change: of two states of a room the one with the higher `rev` is newer. */
    rev: v.optional(v.number(), 0),
  }),
  v.transform(({ room, ...item }) => ({ id: room, ...item })),
);
export type RoomRecord = v.InferOutput<typeof RoomItem>;
type NewRoom = Omit<RoomRecord, "rev">;

export async function getRoom(id: string): Promise<RoomRecord | undefined> {
  return getItem(ROOMS, key(id), RoomItem);
}

/** The rooms that exist among `ids`, in their order. */
export async function getRooms(ids: readonly string[]): Promise<RoomRecord[]> {
  const found = await batchGet(ROOMS, ids.map(key), RoomItem);
  const rooms = new Map(found.map((room) => [room.id, room]));
  return ids.flatMap((id) => rooms.get(id) ?? []);
}

/** @returns the room as it is now, which may be another's creation */
export async function putRoom(room: NewRoom): Promise<{ room: RoomRecord; created: boolean }> {
  const { id, ...rest } = room;
  const item = { ...key(id), ...rest, rev: 0 };
  if (await putItem(ROOMS, item, { if: "attribute_not_exists(room)" })) {
    return { room: { ...room, rev: 0 }, created: true };
  }
  const existing = await getRoom(id);
  if (!existing) throw new Error(`The room ${id} was there and is gone`);
  return { room: existing, created: false };
}

/**
 * Creates a public room, listed first: a crash in between leaves a listing whose room is made when
 * somebody joins it. The other order would leave a room that nobody finds.
 */
export async function putPublicRoom(
  room: Omit<NewRoom, "kind">,
): Promise<{ room: RoomRecord; created: boolean }> {
  const listed = await listIfNew(room);
  const made = await putRoom({ ...room, kind: "public" });
  // The listing is that of an earlier try, which may have had another name.
  if (made.created && !listed) await updateListing(made.room);
  return made;
}

/**
 * Changes a room of that owner; an empty topic is none.
 * @returns the room as it is then, undefined if it is not that person's
 */
export async function changeRoom(
  id: string,
  owner: string,
  { name, topic }: { name?: string | undefined; topic?: string | undefined },
): Promise<RoomRecord | undefined> {
  const change = {
    ...(name !== undefined && { name }),
    ...(topic !== undefined && { topic: topic || undefined }),
  };
  return update(id, change, "#owner = :current", { ...change, current: owner });
}

/**
 * Passes a room on, from nobody or to nobody too.
 * @returns the room as it is then, undefined if it was not `from`'s any more
 */
export async function passRoom(
  id: string,
  from: string | undefined,
  to: string | undefined,
): Promise<RoomRecord | undefined> {
  const condition =
    from === undefined
      ? "attribute_exists(room) AND attribute_not_exists(#owner)"
      : "#owner = :current";
  return update(id, { owner: to }, condition, { owner: to, current: from });
}

async function update(
  id: string,
  change: Record<string, unknown>,
  condition: string,
  values: Record<string, unknown>,
): Promise<RoomRecord | undefined> {
  const item = await updateItem(ROOMS, key(id), `${setting(change)} ADD rev :one`, {
    if: condition,
    values: { ...values, one: 1 },
  });
  return item && v.parse(RoomItem, item);
}

function key(id: string) {
  return { room: id, entry: "room" };
}
