import { GetCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import type { User } from "../../protocol/model.ts";
import { db, ifHeld, isCurrent, secondsFromNow } from "./client.ts";
import { person, ROOMS, VERSION } from "./items.ts";

/** People, the sessions that let them return, and whether they are online. */

/** A session ends a year after its last renewal, which a visit in the year's second half brings. */
const SESSION_SECONDS = 365 * 24 * 60 * 60;

const UserItem = v.object({ name: v.string() });
const SessionItem = v.object({ expiresAt: v.number() });
const PresenceItem = v.object({ n: v.number() });

export async function putUser({ id, name }: User): Promise<void> {
  await db.send(
    new PutCommand({
      TableName: ROOMS,
      Item: { room: person(id), entry: "user", name, v: VERSION },
    }),
  );
}

export async function getUser(id: string): Promise<User | undefined> {
  const { Item } = await db.send(
    new GetCommand({
      TableName: ROOMS,
      Key: { room: person(id), entry: "user" },
      ConsistentRead: true,
    }),
  );
  const item = v.parse(v.optional(UserItem), Item);
  return item && { id, name: item.name };
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
  if (item.expiresAt < secondsFromNow(SESSION_SECONDS / 2)) await putSession(userId, secretHash);
  return true;
}

/** What a client that lost its connection can have again: the item behind a `pid`. */
const RecoveryItem = v.object({
  /** The id that the client's socket goes by. */
  sid: v.string(),
  /** ms since the epoch */
  connectedAt: v.number(),
  /** The hash of the token that the person came with: without that session it recovers nothing. */
  session: v.string(),
  expiresAt: v.number(),
});
export type Recovery = Omit<v.InferOutput<typeof RecoveryItem>, "expiresAt">;

/** How long an absence may last. */
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
  const { Item } = await db.send(
    new GetCommand({
      TableName: ROOMS,
      Key: recoveryKey(userId, secretHash),
      ConsistentRead: true,
    }),
  );
  const item = v.parse(v.optional(RecoveryItem), Item);
  return item && isCurrent(item) ? item : undefined;
}

/**
 * Turns a person online or offline.
 * @returns the flip's number, which grows with each; undefined if the person was so already.
 */
export async function flipPresence(userId: string, online: boolean): Promise<number | undefined> {
  const update = new UpdateCommand({
    TableName: ROOMS,
    Key: { room: person(userId), entry: "presence" },
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

function sessionKey(userId: string, secretHash: string) {
  return { room: person(userId), entry: `session#${secretHash}` };
}

function recoveryKey(userId: string, secretHash: string) {
  return { room: person(userId), entry: `recovery#${secretHash}` };
}
