import {
  DeleteCommand,
  GetCommand,
  PutCommand,
  paginateScan,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import type { User } from "../../protocol/model.ts";
import type { Dialect } from "../../protocol/packet.ts";
import { requireEnv } from "../env.ts";
import { CONNECTION_SECONDS, DialectPart, UserPart, VERSION } from "./items.ts";
import { db, ifHeld, isCurrent, secondsFromNow } from "./table.ts";

const CONNECTIONS = requireEnv("CONNECTIONS_TABLE");

/** The connections table: who is behind a connection, and which rooms it is subscribed to. */

const ConnectionItem = v.object({
  connectionId: v.string(),
  /** Absent before CONNECT: only connections of the raw dialect are known so early. */
  user: v.optional(UserPart),
  /** Who it was, from its end until nothing is left of it. */
  ended: v.optional(UserPart),
  dialect: DialectPart,
  /** The hash of the session's secret, where a token of ours let the person in. */
  session: v.optional(v.string()),
  /** Absent while there is none: DynamoDB has no empty sets. */
  rooms: v.optional(v.set(v.string()), () => new Set<string>()),
  /** ms since the epoch */
  connectedAt: v.number(),
  expiresAt: v.number(),
});
type ConnectionItem = Omit<v.InferOutput<typeof ConnectionItem>, "expiresAt">;
export type Connection = Omit<ConnectionItem, "ended"> & { user: User };

/** Keeps that a connection opened as one of the raw dialect, before anybody has connected on it. */
export async function putHandshake(connectionId: string, connectedAt: number): Promise<void> {
  const put = new PutCommand({
    TableName: CONNECTIONS,
    Item: toItem({ connectionId, dialect: "raw", connectedAt }),
  });
  await db.send(put);
}

/** @returns false if somebody has connected on it already, or is still being ended there. */
export async function putConnection(connection: Omit<Connection, "rooms">): Promise<boolean> {
  const put = new PutCommand({
    TableName: CONNECTIONS,
    Item: toItem(connection),
    ConditionExpression: "attribute_not_exists(#user) AND attribute_not_exists(ended)",
    ExpressionAttributeNames: { "#user": "user" },
  });
  return (await ifHeld(db.send(put))) !== undefined;
}

function toItem(connection: Partial<Connection>) {
  return { ...connection, v: VERSION, expiresAt: secondsFromNow(CONNECTION_SECONDS) };
}

export async function getConnection(connectionId: string): Promise<Connection | undefined> {
  return connected(await getItem(connectionId));
}

/** What a connection speaks, as far as that is known. */
export async function getDialect(connectionId: string): Promise<Dialect | undefined> {
  return (await getItem(connectionId))?.dialect;
}

async function getItem(connectionId: string): Promise<ConnectionItem | undefined> {
  const { Item } = await db.send(
    new GetCommand({ TableName: CONNECTIONS, Key: { connectionId }, ConsistentRead: true }),
  );
  const item = v.parse(v.optional(ConnectionItem), Item);
  return item && isCurrent(item) ? item : undefined;
}

/** @returns the connection as it is then, undefined if it is gone, or nobody is connected on it any more. */
export async function addRooms(
  connectionId: string,
  rooms: readonly string[],
): Promise<Connection | undefined> {
  return update(connectionId, "ADD rooms :rooms", { ":rooms": new Set(rooms) });
}

function connected(item: ConnectionItem | undefined): Connection | undefined {
  return item?.user && { ...item, user: item.user };
}

export async function removeRoom(connectionId: string, room: string): Promise<void> {
  await update(connectionId, "DELETE rooms :rooms", { ":rooms": new Set([room]) });
}

/** @returns the connection as it is then, undefined if it is gone. */
export async function setUser(connectionId: string, user: User): Promise<Connection | undefined> {
  return update(connectionId, "SET #user = :user", { ":user": user });
}

async function update(
  connectionId: string,
  UpdateExpression: string,
  ExpressionAttributeValues: Record<string, unknown>,
): Promise<Connection | undefined> {
  const command = new UpdateCommand({
    TableName: CONNECTIONS,
    Key: { connectionId },
    UpdateExpression,
    ConditionExpression: "attribute_exists(#user)",
    ExpressionAttributeNames: { "#user": "user" },
    ExpressionAttributeValues,
    ReturnValues: "ALL_NEW",
  });
  const updated = await ifHeld(db.send(command));
  return updated && connected(v.parse(ConnectionItem, updated.Attributes));
}

/**
 * Takes a connection from who is on it. Who that was stays noted with it, and where, until nothing
 * is left: an end that breaks off is taken up by the next sweep.
 * @returns the connection as it was, if somebody was on it, or is still being ended
 */
export async function takeConnection(connectionId: string): Promise<Connection | undefined> {
  const update = new UpdateCommand({
    TableName: CONNECTIONS,
    Key: { connectionId },
    UpdateExpression: "SET ended = if_not_exists(#user, ended) REMOVE #user",
    ConditionExpression: "attribute_exists(#user) OR attribute_exists(ended)",
    ExpressionAttributeNames: { "#user": "user" },
    ReturnValues: "ALL_NEW",
  });
  const taken = await ifHeld(db.send(update));
  const item = taken && v.parse(ConnectionItem, taken.Attributes);
  return item?.ended && { ...item, user: item.ended };
}

export async function deleteConnection(connectionId: string): Promise<void> {
  await db.send(new DeleteCommand({ TableName: CONNECTIONS, Key: { connectionId } }));
}

/** Leaves what `putHandshake` keeps of a connection that was taken, if it is still there. */
export async function releaseConnection(connectionId: string): Promise<void> {
  const update = new UpdateCommand({
    TableName: CONNECTIONS,
    Key: { connectionId },
    UpdateExpression: "REMOVE ended, rooms",
    ConditionExpression: "attribute_exists(ended)",
  });
  await ifHeld(db.send(update));
}

/** Every connection, a page at a time. For jobs: it reads the whole table. */
export async function* scanConnections(): AsyncGenerator<ConnectionItem[]> {
  for await (const page of paginateScan({ client: db }, { TableName: CONNECTIONS })) {
    yield v.parse(v.array(ConnectionItem), page.Items ?? []);
  }
}
