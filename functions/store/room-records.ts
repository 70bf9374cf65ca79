import { GetCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { batchGet } from "./batch.ts";
import { listIfNew, updateListing } from "./directory.ts";
import { ROOMS, VERSION } from "./items.ts";
import { db, ifHeld } from "./table.ts";

/** The rooms themselves. A room's item is the authority on who owns it. */

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
    /** Raised by each change, so that the listing cannot fall back behind the room. */
    rev: v.optional(v.number(), 0),
  }),
  v.transform(({ room, ...item }) => ({ id: room, ...item })),
);
export type RoomRecord = v.InferOutput<typeof RoomItem>;
type NewRoom = Omit<RoomRecord, "rev">;

export async function getRoom(id: string): Promise<RoomRecord | undefined> {
  const { Item } = await db.send(
    new GetCommand({ TableName: ROOMS, Key: key(id), ConsistentRead: true }),
  );
  return v.parse(v.optional(RoomItem), Item);
}

/** The rooms that exist among `ids`, in their order. */
export async function getRooms(ids: readonly string[]): Promise<RoomRecord[]> {
  const found = v.parse(v.array(RoomItem), await batchGet(ROOMS, ids.map(key)));
  const rooms = new Map(found.map((room) => [room.id, room]));
  return ids.flatMap((id) => rooms.get(id) ?? []);
}

/** @returns the room as it is now, which may be another's creation. */
export async function createRoom(room: NewRoom): Promise<{ room: RoomRecord; created: boolean }> {
  const { id, ...rest } = room;
  const put = new PutCommand({
    TableName: ROOMS,
    Item: { ...key(id), ...rest, v: VERSION },
    ConditionExpression: "attribute_not_exists(room)",
  });
  if (await ifHeld(db.send(put))) return { room: { ...room, rev: 0 }, created: true };
  const existing = await getRoom(id);
  if (!existing) throw new Error(`The room ${id} was there and is gone`);
  return { room: existing, created: false };
}

/**
 * Creates a public room, listed first: a crash in between leaves a listing whose room is made when
 * somebody joins it, where the other order would leave a room that nobody finds.
 */
export async function createPublicRoom(
  room: Omit<NewRoom, "kind">,
): Promise<{ room: RoomRecord; created: boolean }> {
  const listed = await listIfNew(room);
  const made = await createRoom({ ...room, kind: "public" });
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
  change: { name?: string | undefined; topic?: string | undefined },
): Promise<RoomRecord | undefined> {
  const { name, topic } = change;
  const sets = [
    "v = :v",
    ...(name === undefined ? [] : ["#name = :name"]),
    ...(topic ? ["topic = :topic"] : []),
  ];
  const remove = topic === "" ? " REMOVE topic" : "";
  return update(id, {
    UpdateExpression: `SET ${sets.join(", ")}${remove} ADD rev :one`,
    ConditionExpression: "#owner = :owner",
    ExpressionAttributeNames: {
      "#owner": "owner",
      ...(name !== undefined && { "#name": "name" }),
    },
    ExpressionAttributeValues: {
      ":owner": owner,
      ":one": 1,
      ":v": VERSION,
      ...(name !== undefined && { ":name": name }),
      ...(topic && { ":topic": topic }),
    },
  });
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
  return update(id, {
    UpdateExpression: `${to === undefined ? "REMOVE #owner" : "SET #owner = :to"} ADD rev :one`,
    ConditionExpression:
      from === undefined
        ? "attribute_exists(room) AND attribute_not_exists(#owner)"
        : "#owner = :from",
    ExpressionAttributeNames: { "#owner": "owner" },
    ExpressionAttributeValues: {
      ":one": 1,
      ...(from !== undefined && { ":from": from }),
      ...(to !== undefined && { ":to": to }),
    },
  });
}

type Update = Omit<ConstructorParameters<typeof UpdateCommand>[0], "TableName" | "Key">;

async function update(id: string, change: Update): Promise<RoomRecord | undefined> {
  const command = new UpdateCommand({
    ...change,
    TableName: ROOMS,
    Key: key(id),
    ReturnValues: "ALL_NEW",
  });
  const changed = await ifHeld(db.send(command));
  return changed && v.parse(RoomItem, changed.Attributes);
}

function key(id: string) {
  return { room: id, entry: "room" };
}
