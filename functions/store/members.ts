import {
  DeleteCommand,
  GetCommand,
  PutCommand,
  paginateQuery,
  QueryCommand,
} from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import type { User } from "../../protocol/model.ts";
import { db, ifHeld } from "./client.ts";
import { person, ROOMS, VERSION } from "./items.ts";

/**
 * Memberships. The authority is the item with the person, `room#<room>`; the room's own item,
 * `member#<user>`, is a listing that is written after it.
 */

const PREFIX = "room#";

const MembershipItem = v.pipe(
  v.object({
    entry: v.string(),
    role: v.picklist(["owner", "member"]),
    /** The entry up to which the person has read, and the room's message count there. */
    read: v.object({ seq: v.number(), count: v.number() }),
  }),
  v.transform(({ entry, ...item }) => ({ room: entry.slice(PREFIX.length), ...item })),
);
export type Membership = v.InferOutput<typeof MembershipItem>;

/** @returns false if the person is a member already. */
export async function putMembership(userId: string, membership: Membership): Promise<boolean> {
  const { room, ...rest } = membership;
  const put = new PutCommand({
    TableName: ROOMS,
    Item: { ...key(userId, room), ...rest, v: VERSION },
    ConditionExpression: "attribute_not_exists(room)",
  });
  return (await ifHeld(db.send(put))) !== undefined;
}

export async function getMembership(userId: string, room: string): Promise<Membership | undefined> {
  const { Item } = await db.send(
    new GetCommand({ TableName: ROOMS, Key: key(userId, room), ConsistentRead: true }),
  );
  return v.parse(v.optional(MembershipItem), Item);
}

/** @returns false if the person was no member. */
export async function deleteMembership(userId: string, room: string): Promise<boolean> {
  const { Attributes } = await db.send(
    new DeleteCommand({ TableName: ROOMS, Key: key(userId, room), ReturnValues: "ALL_OLD" }),
  );
  return Attributes !== undefined;
}

/** All of the person's memberships, by room id. */
export async function queryMemberships(userId: string): Promise<Membership[]> {
  const memberships: Membership[] = [];
  for await (const page of paginateQuery({ client: db }, ofPerson(userId))) {
    memberships.push(...v.parse(v.array(MembershipItem), page.Items ?? []));
  }
  return memberships;
}

export async function countMemberships(userId: string): Promise<number> {
  const { Count } = await db.send(new QueryCommand({ ...ofPerson(userId), Select: "COUNT" }));
  return Count ?? 0;
}

export async function putMember(room: string, user: User): Promise<void> {
  await db.send(
    new PutCommand({ TableName: ROOMS, Item: { ...listingKey(room, user.id), user, v: VERSION } }),
  );
}

export async function isListed(room: string, userId: string): Promise<boolean> {
  const { Item } = await db.send(
    new GetCommand({ TableName: ROOMS, Key: listingKey(room, userId), ConsistentRead: true }),
  );
  return Item !== undefined;
}

export async function deleteMember(room: string, userId: string): Promise<void> {
  await db.send(new DeleteCommand({ TableName: ROOMS, Key: listingKey(room, userId) }));
}

function ofPerson(userId: string) {
  return {
    TableName: ROOMS,
    KeyConditionExpression: "room = :person AND begins_with(entry, :prefix)",
    ExpressionAttributeValues: { ":person": person(userId), ":prefix": PREFIX },
    ConsistentRead: true,
  };
}

function key(userId: string, room: string) {
  return { room: person(userId), entry: PREFIX + room };
}

function listingKey(room: string, userId: string) {
  return { room, entry: `member#${userId}` };
}
