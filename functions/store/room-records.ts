import * as v from "valibot";
import { listIfNew, updateListing } from "./directory.ts";
import { ROOMS } from "./items.ts";
import { kind } from "./table.ts";

/** The rooms. A room's item decides who owns it. */

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
    /** Raised by each change: of two states of a room the one with the higher `rev` is newer. */
    rev: v.optional(v.number(), 0),
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
export async function putRoom(room: NewRoom): Promise<{ room: RoomRecord; created: boolean }> {
  const { id, ...attributes } = room;
  const condition = { if: "attribute_not_exists(room)" };
  const created = await rooms.put([id], { ...attributes, rev: 0 }, condition);
  const existing = created ? { ...room, rev: 0 } : await getRoom(id);
  if (!existing) throw new Error(`The room ${id} was there and is gone`);
  return { room: existing, created };
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
  // The listing comes from an earlier try, which may have had another name.
  if (made.created && !listed) await updateListing(made.room);
  return made;
}

type RoomChange = { [K in "name" | "topic" | "owner" | "invite"]?: string | undefined };

/**
 * Changes a room of an owner, or hands it over. An empty topic or invitation is removed.
 * @returns the changed room, or undefined if it is not that person's
 */
export function changeRoom(
  id: string,
  owner: string,
  { name, topic, owner: heir, invite }: RoomChange,
): Promise<RoomRecord | undefined> {
  const set = {
    ...(name !== undefined && { name }),
    ...(topic !== undefined && { topic: topic || undefined }),
    ...(heir !== undefined && { owner: heir }),
    ...(invite !== undefined && { invite: invite || undefined }),
  };
  const condition = { if: "#owner = :current", values: { current: owner } };
  return rooms.update([id], { set, add: { rev: 1 } }, condition);
}

/**
 * Passes a room on, also from nobody or to nobody.
 * @returns the changed room, or undefined if it was no longer `from`'s
 */
export function passRoom(
  id: string,
  from: string | undefined,
  to: string | undefined,
): Promise<RoomRecord | undefined> {
  const unowned = "attribute_exists(room) AND attribute_not_exists(#owner)";
  return rooms.update(
    [id],
    { set: { owner: to }, add: { rev: 1 } },
    {
      if: from === undefined ? unowned : "#owner = :current",
      values: { current: from },
    },
  );
}
