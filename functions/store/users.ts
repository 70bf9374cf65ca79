import {
  DeleteCommand,
  GetCommand,
  PutCommand,
  paginateQuery,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import type { User } from "../../protocol/model.ts";
import { batchGet } from "./batch.ts";
import { person, ROOMS, VERSION } from "./items.ts";
import { db, ifHeld, isCurrent, secondsFromNow } from "./table.ts";

/** People, the sessions that let them return, and whether they are online. */

/** A session ends a year after its last renewal, which a visit in the year's second half brings. */
const SESSION_SECONDS = 365 * 24 * 60 * 60;

const SESSION_PREFIX = "session#";

const UserItem = v.pipe(
  v.object({ room: v.string(), name: v.string() }),
  v.transform(({ room, name }) => ({ id: room.slice(person("").length), name })),
);
const SessionItem = v.object({ expiresAt: v.number() });
const PresenceItem = v.object({ room: v.string(), online: v.boolean(), n: v.number() });

export async function putUser({ id, name }: User): Promise<void> {
  await db.send(new PutCommand({ TableName: ROOMS, Item: { ...userKey(id), name, v: VERSION } }));
}

export async function getUser(id: string): Promise<User | undefined> {
  const { Item } = await db.send(
    new GetCommand({ TableName: ROOMS, Key: userKey(id), ConsistentRead: true }),
  );
  return v.parse(v.optional(UserItem), Item);
}

/** The people who exist among `ids`, in no order. */
export async function getUsers(ids: readonly string[]): Promise<User[]> {
  return v.parse(v.array(UserItem), await batchGet(ROOMS, ids.map(userKey)));
}

/** Only the hash of a token's secret is kept. */
export async function putSession(userId: string, secretHash: string): Promise<void> {
  await db.send(
    new PutCommand({
      TableName: ROOMS,
      Item: {
        ...sessionKey(userId, secretHash),
        v: VERSION,
        expiresAt: secondsFromNow(SESSION_SECONDS),
      },
    }),
  );
}

/** Whether the session stands; one that is half over is renewed. */
export async function hasSession(userId: string, secretHash: string): Promise<boolean> {
  const { Item } = await db.send(
    new GetCommand({
      TableName: ROOMS,
      Key: sessionKey(userId, secretHash),
      ConsistentRead: true,
    }),
  );
  const item = v.parse(v.optional(SessionItem), Item);
  if (!item || !isCurrent(item)) return false;
  await renew(sessionKey(userId, secretHash), item, SESSION_SECONDS);
  return true;
}

/** Lets an item that is half over live on; never brings back one that has ended meanwhile. */
async function renew(
  Key: { room: string; entry: string },
  { expiresAt }: { expiresAt: number },
  seconds: number,
): Promise<void> {
  if (expiresAt >= secondsFromNow(seconds / 2)) return;
  const update = new UpdateCommand({
    TableName: ROOMS,
    Key,
    UpdateExpression: "SET expiresAt = :then",
    ConditionExpression: "attribute_exists(room)",
    ExpressionAttributeValues: { ":then": secondsFromNow(seconds) },
  });
  await ifHeld(db.send(update));
}

export async function deleteSession(userId: string, secretHash: string): Promise<void> {
  await db.send(new DeleteCommand({ TableName: ROOMS, Key: sessionKey(userId, secretHash) }));
}

/** The hashes of the person's sessions. */
export async function querySessions(userId: string): Promise<string[]> {
  const hashes: string[] = [];
  const pages = paginateQuery(
    { client: db },
    {
      TableName: ROOMS,
      KeyConditionExpression: "room = :person AND begins_with(entry, :prefix)",
      ExpressionAttributeValues: { ":person": person(userId), ":prefix": SESSION_PREFIX },
      ConsistentRead: true,
    },
  );
  for await (const { Items = [] } of pages) {
    const keys = v.parse(v.array(v.object({ entry: v.string() })), Items);
    hashes.push(...keys.map(({ entry }) => entry.slice(SESSION_PREFIX.length)));
  }
  return hashes;
}

/** What a client that lost its connection can have again: the item behind a `pid`. */
const RecoveryItem = v.object({
  /** The id that the client's socket goes by. */
  sid: v.string(),
  /** ms since the epoch */
  connectedAt: v.number(),
  /** The hash of the token that the person came with: a name alone is known as long as that stands. */
  session: v.string(),
  expiresAt: v.number(),
});
export type Recovery = Omit<v.InferOutput<typeof RecoveryItem>, "expiresAt">;

/** A pid holds for 30 days, and again where a return falls into the second half of them. */
const RECOVERY_SECONDS = 30 * 24 * 60 * 60;

/** Only the hash of a pid's secret is kept. */
export async function putRecovery(
  userId: string,
  secretHash: string,
  recovery: Recovery,
): Promise<void> {
  await db.send(
    new PutCommand({
      TableName: ROOMS,
      Item: {
        ...recoveryKey(userId, secretHash),
        ...recovery,
        v: VERSION,
        expiresAt: secondsFromNow(RECOVERY_SECONDS),
      },
    }),
  );
}

export async function getRecovery(
  userId: string,
  secretHash: string,
): Promise<Recovery | undefined> {
  const Key = recoveryKey(userId, secretHash);
  const { Item } = await db.send(new GetCommand({ TableName: ROOMS, Key, ConsistentRead: true }));
  const item = v.parse(v.optional(RecoveryItem), Item);
  if (!item || !isCurrent(item)) return undefined;
  await renew(Key, item, RECOVERY_SECONDS);
  return item;
}

/**
 * Turns a person online or offline.
 * @returns the flip's number, which grows with each; undefined if the person was so already.
 */
export async function flipPresence(userId: string, online: boolean): Promise<number | undefined> {
  const update = new UpdateCommand({
    TableName: ROOMS,
    Key: presenceKey(userId),
    UpdateExpression: "SET #online = :online, v = :v ADD n :one",
    ConditionExpression: online
      ? "attribute_not_exists(#online) OR #online = :other"
      : "#online = :other",
    ExpressionAttributeNames: { "#online": "online" },
    ExpressionAttributeValues: { ":online": online, ":other": !online, ":v": VERSION, ":one": 1 },
    ReturnValues: "ALL_NEW",
  });
  const flipped = await ifHeld(db.send(update));
  return flipped && v.parse(PresenceItem, flipped.Attributes).n;
}

/**
 * Raises the number of the flips for something else that is told of a person who is online.
 * @returns undefined if the person is offline
 */
export async function raisePresence(userId: string): Promise<number | undefined> {
  const update = new UpdateCommand({
    TableName: ROOMS,
    Key: presenceKey(userId),
    UpdateExpression: "ADD n :one",
    ConditionExpression: "#online = :online",
    ExpressionAttributeNames: { "#online": "online" },
    ExpressionAttributeValues: { ":one": 1, ":online": true },
    ReturnValues: "ALL_NEW",
  });
  const raised = await ifHeld(db.send(update));
  return raised && v.parse(PresenceItem, raised.Attributes).n;
}

/** Those of the people who are online. */
export async function whoIsOnline(ids: readonly string[]): Promise<Set<string>> {
  const items = v.parse(v.array(PresenceItem), await batchGet(ROOMS, ids.map(presenceKey)));
  const present = items.filter(({ online }) => online);
  return new Set(present.map(({ room }) => room.slice(person("").length)));
}

function userKey(id: string) {
  return { room: person(id), entry: "user" };
}

function presenceKey(id: string) {
  return { room: person(id), entry: "presence" };
}

function sessionKey(userId: string, secretHash: string) {
  return { room: person(userId), entry: SESSION_PREFIX + secretHash };
}

function recoveryKey(userId: string, secretHash: string) {
  return { room: person(userId), entry: `recovery#${secretHash}` };
}
