import {
  DeleteCommand,
  GetCommand,
  PutCommand,
  paginateScan,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import type { User } from "../../protocol/model.ts";
import { requireEnv } from "../env.ts";
import { db, ifHeld, isCurrent, secondsFromNow } from "./client.ts";
import { CONNECTION_SECONDS, DialectPart, UserPart, VERSION } from "./items.ts";

const CONNECTIONS = requireEnv("CONNECTIONS_TABLE");

/** The connections table: who is behind a connection, and which rooms it is subscribed to. */

const ConnectionItem = v.object({
  connectionId: v.string(),
  user: UserPart,
  dialect: DialectPart,
  /** The hash of the session's secret, where a token of ours let the person in. */
  session: v.optional(v.string()),
  /** Absent while there is none: DynamoDB has no empty sets. */
  rooms: v.optional(v.set(v.string()), () => new Set<string>()),
  /** ms since the epoch */
  connectedAt: v.number(),
  expiresAt: v.number(),
});
export type Connection = Omit<v.InferOutput<typeof ConnectionItem>, "expiresAt">;

/** @returns false if the connection is there already. */
export async function putConnection(connection: Omit<Connection, "rooms">): Promise<boolean> {
  const put = new PutCommand({
    TableName: CONNECTIONS,
    Item: { ...connection, v: VERSION, expiresAt: secondsFromNow(CONNECTION_SECONDS) },
    ConditionExpression: "attribute_not_exists(connectionId)",
  });
  return (await ifHeld(db.send(put))) !== undefined;
}

export async function getConnection(connectionId: string): Promise<Connection | undefined> {
  const { Item } = await db.send(
    new GetCommand({ TableName: CONNECTIONS, Key: { connectionId }, ConsistentRead: true }),
  );
  const item = v.parse(v.optional(ConnectionItem), Item);
  return item && isCurrent(item) ? item : undefined;
}

/** @returns the connection as it is then, undefined if it is gone. */
export async function addRooms(
  connectionId: string,
  rooms: readonly string[],
): Promise<Connection | undefined> {
  return update(connectionId, "ADD rooms :rooms", { ":rooms": new Set(rooms) });
}

export async function removeRoom(connectionId: string, room: string): Promise<void> {
  await update(connectionId, "DELETE rooms :rooms", { ":rooms": new Set([room]) });
}

/** @returns the connection as it is then, undefined if it is gone. */
export async function setUser(connectionId: string, user: User): Promise<Connection | undefined> {
  return update(connectionId, "SET #user = :user", { ":user": user }, { "#user": "user" });
}

async function update(
  connectionId: string,
  UpdateExpression: string,
  ExpressionAttributeValues: Record<string, unknown>,
  ExpressionAttributeNames?: Record<string, string>,
): Promise<Connection | undefined> {
  const command = new UpdateCommand({
    TableName: CONNECTIONS,
    Key: { connectionId },
    UpdateExpression,
    ConditionExpression: "attribute_exists(connectionId)",
    ExpressionAttributeValues,
    ...(ExpressionAttributeNames && { ExpressionAttributeNames }),
    ReturnValues: "ALL_NEW",
  });
  const updated = await ifHeld(db.send(command));
  return updated && v.parse(ConnectionItem, updated.Attributes);
}

/** @returns the connection as it was, for what it leaves behind. */
export async function deleteConnection(connectionId: string): Promise<Connection | undefined> {
  const { Attributes } = await db.send(
    new DeleteCommand({
      TableName: CONNECTIONS,
      Key: { connectionId },
      ReturnValues: "ALL_OLD",
    }),
  );
  return v.parse(v.optional(ConnectionItem), Attributes);
}

/** Every connection, a page at a time. For jobs: it reads the whole table. */
export async function* scanConnections(): AsyncGenerator<Connection[]> {
  for await (const page of paginateScan({ client: db }, { TableName: CONNECTIONS })) {
    yield v.parse(v.array(ConnectionItem), page.Items ?? []);
  }
}
