import { BatchGetCommand, GetCommand, PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { db, ifHeld } from "./client.ts";
import { ROOMS, VERSION } from "./items.ts";

/** The rooms themselves, and the directory of the public ones. */

const DIRECTORY = "!public";
const PREFIX = "room#";

/** BatchGetItem takes at most 100 keys. */
const BATCH = 100;

const RoomItem = v.pipe(
  v.object({
    room: v.string(),
    name: v.string(),
    kind: v.picklist(["public", "private", "direct"]),
    /** Absent where nobody owns the room, as in the lobby. */
    owner: v.optional(v.string()),
    topic: v.optional(v.string()),
  }),
  v.transform(({ room, ...item }) => ({ id: room, ...item })),
);
export type RoomRecord = v.InferOutput<typeof RoomItem>;

const Listing = v.pipe(
  v.object({ entry: v.string(), name: v.string() }),
  v.transform(({ entry, name }) => ({ id: entry.slice(PREFIX.length), name })),
);

export async function getRoom(id: string): Promise<RoomRecord | undefined> {
  const { Item } = await db.send(
    new GetCommand({ TableName: ROOMS, Key: key(id), ConsistentRead: true }),
  );
  return v.parse(v.optional(RoomItem), Item);
}

/** The rooms that exist among `ids`, in no order. */
export async function getRooms(ids: readonly string[]): Promise<RoomRecord[]> {
  const rooms: RoomRecord[] = [];
  let keys = ids.map(key);
  while (keys.length > 0) {
    const { Responses, UnprocessedKeys } = await db.send(
      new BatchGetCommand({
        RequestItems: { [ROOMS]: { Keys: keys.slice(0, BATCH), ConsistentRead: true } },
      }),
    );
    rooms.push(...v.parse(v.array(RoomItem), Responses?.[ROOMS] ?? []));
    const unprocessed = v.parse(
      v.array(v.object({ room: v.string(), entry: v.string() })),
      UnprocessedKeys?.[ROOMS]?.Keys ?? [],
    );
    keys = [...unprocessed, ...keys.slice(BATCH)];
  }
  return rooms;
}

/**
 * Creates a public room, listed first: a crash in between leaves a listing whose room is made when
 * somebody joins it, where the other order would leave a room that nobody finds.
 * @returns the room as it is now, which may be another's creation.
 */
export async function createPublicRoom(
  room: Omit<RoomRecord, "kind">,
): Promise<{ room: RoomRecord; created: boolean }> {
  const { id, ...rest } = room;
  await putIfNew({ room: DIRECTORY, entry: PREFIX + id, name: room.name });
  const kind = "public" as const;
  if (await putIfNew({ ...key(id), ...rest, kind })) {
    return { room: { ...room, kind }, created: true };
  }
  const existing = await getRoom(id);
  if (!existing) throw new Error(`The room ${id} was there and is gone`);
  return { room: existing, created: false };
}

async function putIfNew(item: Record<string, unknown>): Promise<boolean> {
  const put = new PutCommand({
    TableName: ROOMS,
    Item: { ...item, v: VERSION },
    ConditionExpression: "attribute_not_exists(room)",
  });
  return (await ifHeld(db.send(put))) !== undefined;
}

/** The next `limit` of the directory by id; fewer only at its end. */
export async function queryDirectory(
  after: string | undefined,
  limit: number,
): Promise<{ id: string; name: string }[]> {
  const { Items } = await db.send(
    new QueryCommand({
      TableName: ROOMS,
      KeyConditionExpression: "room = :directory AND begins_with(entry, :prefix)",
      ExpressionAttributeValues: { ":directory": DIRECTORY, ":prefix": PREFIX },
      ...(after !== undefined && {
        ExclusiveStartKey: { room: DIRECTORY, entry: PREFIX + after },
      }),
      Limit: limit,
    }),
  );
  return v.parse(v.array(Listing), Items ?? []);
}

function key(id: string) {
  return { room: id, entry: "room" };
}
