import { PutCommand, QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { batchGet } from "./batch.ts";
import { ROOMS, VERSION } from "./items.ts";
import { db, ifHeld } from "./table.ts";

/** The directory of the public rooms: listings, which are written after the rooms themselves. */

const DIRECTORY = "!public";
const PREFIX = "room#";

const Listing = v.pipe(
  v.object({
    entry: v.string(),
    name: v.string(),
    topic: v.optional(v.string()),
    owner: v.optional(v.string()),
    /** How the room was at the last sweep that saw somebody online in it. */
    online: v.optional(v.number()),
    activeAt: v.optional(v.number()),
    head: v.optional(v.number()),
  }),
  v.transform(({ entry, ...item }) => ({ id: entry.slice(PREFIX.length), ...item })),
);
export type Listing = v.InferOutput<typeof Listing>;

interface Listed {
  id: string;
  name: string;
  topic?: string | undefined;
  owner?: string | undefined;
}

/** @returns false if the room is listed already. */
export async function listIfNew({ id, name, topic, owner }: Listed): Promise<boolean> {
  const put = new PutCommand({
    TableName: ROOMS,
    Item: { ...key(id), name, topic, owner, rev: 0, v: VERSION },
    ConditionExpression: "attribute_not_exists(room)",
  });
  return (await ifHeld(db.send(put))) !== undefined;
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
  const names = Object.keys(values);
  const present = Object.entries(values).filter(([, value]) => value !== undefined);
  const absent = names.filter((name) => !present.some(([key]) => key === name));
  const sets = present.map(([name]) => `#${name} = :${name}`).join(", ");
  const removes = absent.map((name) => `#${name}`).join(", ");
  const update = new UpdateCommand({
    TableName: ROOMS,
    Key: key(id),
    UpdateExpression: `SET ${sets}, v = :v${removes && ` REMOVE ${removes}`}`,
    ConditionExpression: "attribute_not_exists(#rev) OR #rev <= :rev",
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: {
      ":v": VERSION,
      ...Object.fromEntries(present.map(([name, value]) => [`:${name}`, value])),
    },
  });
  await ifHeld(db.send(update));
}

/** Notes how a listed room is: what a sweep finds out. */
export async function noteActivity(
  id: string,
  { online, activeAt, head }: { online: number; activeAt: number; head: number },
): Promise<void> {
  const update = new UpdateCommand({
    TableName: ROOMS,
    Key: key(id),
    UpdateExpression: "SET #online = :online, activeAt = :activeAt, head = :head",
    ConditionExpression: "attribute_exists(room)",
    ExpressionAttributeNames: { "#online": "online" },
    ExpressionAttributeValues: { ":online": online, ":activeAt": activeAt, ":head": head },
  });
  await ifHeld(db.send(update));
}

/** The listings that exist among `ids`, in no order. */
export async function getListings(ids: readonly string[]): Promise<Listing[]> {
  return v.parse(v.array(Listing), await batchGet(ROOMS, ids.map(key)));
}

/** The next `limit` of the directory by id; fewer only at its end. */
export async function queryDirectory(after: string | undefined, limit: number): Promise<Listing[]> {
  const { Items } = await db.send(
    new QueryCommand({
      TableName: ROOMS,
      KeyConditionExpression: "room = :directory AND begins_with(entry, :prefix)",
      ExpressionAttributeValues: { ":directory": DIRECTORY, ":prefix": PREFIX },
      ...(after !== undefined && { ExclusiveStartKey: key(after) }),
      Limit: limit,
    }),
  );
  return v.parse(v.array(Listing), Items ?? []);
}

function key(id: string) {
  return { room: DIRECTORY, entry: PREFIX + id };
}
