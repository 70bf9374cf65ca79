import {
  DeleteCommand,
  GetCommand,
  PutCommand,
  paginateQuery,
  QueryCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import type { User } from "../../protocol/model.ts";
import { person, ROOMS, UserPart, VERSION } from "./items.ts";
import { db, ifHeld } from "./table.ts";

/**
 * Memberships. The authority is the item with the person, `room#<room>`; the room's own item,
 * `member#<user>`, is a listing that is written after it. Who owns the room, the room says.
 */

const PREFIX = "room#";
const LISTING_PREFIX = "member#";

/** When the membership began, in ms; 0 for what was written before that was kept. */
const Since = v.optional(v.number(), 0);

/** Unread mentions that are kept for a person in a room: "99 and more" is all that one wants to know. */
const MAX_UNREAD_MENTIONS = 100;

const MembershipItem = v.pipe(
  v.object({
    entry: v.string(),
    since: Since,
    /** The entry up to which the person has read, and the room's message count there. */
    read: v.object({ seq: v.number(), count: v.number() }),
    /** Messages that mention the person; those up to `read` do not count any more. */
    mentions: v.optional(v.set(v.number()), () => new Set<number>()),
  }),
  v.transform(({ entry, ...item }) => ({ room: entry.slice(PREFIX.length), ...item })),
);
export type Membership = v.InferOutput<typeof MembershipItem>;

const MemberItem = v.object({ user: UserPart, since: Since });
export type Member = v.InferOutput<typeof MemberItem>;

/** @returns false if the person is a member already. */
export async function putMembership(
  userId: string,
  membership: Omit<Membership, "mentions">,
): Promise<boolean> {
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

export async function isMember(userId: string, room: string): Promise<boolean> {
  return (await getMembership(userId, room)) !== undefined;
}

/** @returns the membership, or undefined if there is none or the person has read as far already. */
export async function raiseRead(
  userId: string,
  room: string,
  { seq, count }: Membership["read"],
): Promise<Membership | undefined> {
  const values = { ":read": { seq, count }, ":seq": seq };
  return update(userId, room, "SET #read = :read", "#read.seq < :seq", values);
}

/** @returns false if there is no membership, it is read so far already, or as many are kept. */
export async function addMention(userId: string, room: string, seq: number): Promise<boolean> {
  const condition =
    "#read.seq < :seq AND (attribute_not_exists(mentions) OR size(mentions) < :most)";
  const values = { ":seqs": new Set([seq]), ":seq": seq, ":most": MAX_UNREAD_MENTIONS };
  return (await update(userId, room, "ADD mentions :seqs", condition, values)) !== undefined;
}

export async function dropMentions(
  userId: string,
  room: string,
  seqs: readonly number[],
): Promise<void> {
  const values = { ":seqs": new Set(seqs), ":none": -1 };
  await update(userId, room, "DELETE mentions :seqs", "#read.seq > :none", values);
}

/** The condition does not hold either where there is no membership. */
async function update(
  userId: string,
  room: string,
  UpdateExpression: string,
  ConditionExpression: string,
  ExpressionAttributeValues: Record<string, unknown>,
): Promise<Membership | undefined> {
  const command = new UpdateCommand({
    TableName: ROOMS,
    Key: key(userId, room),
    UpdateExpression,
    ConditionExpression,
    ExpressionAttributeNames: { "#read": "read" },
    ExpressionAttributeValues,
    ReturnValues: "ALL_NEW",
  });
  const updated = await ifHeld(db.send(command));
  return updated && v.parse(MembershipItem, updated.Attributes);
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

export async function putMember(room: string, { user, since }: Member): Promise<void> {
  const Item = { ...listingKey(room, user.id), user, since, v: VERSION };
  await db.send(new PutCommand({ TableName: ROOMS, Item }));
}

export async function getMember(room: string, userId: string): Promise<Member | undefined> {
  const { Item } = await db.send(
    new GetCommand({ TableName: ROOMS, Key: listingKey(room, userId), ConsistentRead: true }),
  );
  return v.parse(v.optional(MemberItem), Item);
}

/** Renames a listed member. */
export async function setMemberUser(room: string, user: User): Promise<void> {
  const update = new UpdateCommand({
    TableName: ROOMS,
    Key: listingKey(room, user.id),
    UpdateExpression: "SET #user = :user",
    ConditionExpression: "attribute_exists(room)",
    ExpressionAttributeNames: { "#user": "user" },
    ExpressionAttributeValues: { ":user": user },
  });
  await ifHeld(db.send(update));
}

export async function deleteMember(room: string, userId: string): Promise<void> {
  await db.send(new DeleteCommand({ TableName: ROOMS, Key: listingKey(room, userId) }));
}

/** The next `limit` of a room's listed members by user id; fewer only at their end. */
export async function queryMembers(
  room: string,
  after: string | undefined,
  limit: number,
): Promise<Member[]> {
  const { Items } = await db.send(
    new QueryCommand({
      ...ofRoom(room),
      ...(after !== undefined && { ExclusiveStartKey: listingKey(room, after) }),
      Limit: limit,
    }),
  );
  return v.parse(v.array(MemberItem), Items ?? []);
}

/** All of a room's listed members, who need not be members any more. */
export async function queryAllMembers(room: string): Promise<Member[]> {
  const members: Member[] = [];
  for await (const page of paginateQuery(
    { client: db },
    { ...ofRoom(room), ConsistentRead: true },
  )) {
    members.push(...v.parse(v.array(MemberItem), page.Items ?? []));
  }
  return members;
}

function ofPerson(userId: string) {
  return {
    TableName: ROOMS,
    KeyConditionExpression: "room = :person AND begins_with(entry, :prefix)",
    ExpressionAttributeValues: { ":person": person(userId), ":prefix": PREFIX },
    ConsistentRead: true,
  };
}

function ofRoom(room: string) {
  return {
    TableName: ROOMS,
    KeyConditionExpression: "room = :room AND begins_with(entry, :prefix)",
    ExpressionAttributeValues: { ":room": room, ":prefix": LISTING_PREFIX },
  };
}

function key(userId: string, room: string) {
  return { room: person(userId), entry: PREFIX + room };
}

function listingKey(room: string, userId: string) {
  return { room, entry: LISTING_PREFIX + userId };
}
