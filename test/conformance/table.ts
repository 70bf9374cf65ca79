import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { requireEnv } from "../../functions/env.ts";
import { db, ifHeld } from "../../functions/store/table.ts";

const TableName = requireEnv("TABLE");

const Item = v.object({
  /** What is echoed: packets of Socket.IO, or messages of Engine.IO below it. */
  layer: v.picklist(["socket.io", "engine.io"]),
  namespaces: v.optional(v.set(v.string()), () => new Set<string>()),
  /** When the last pong came, in ms since the epoch. */
  pongAt: v.optional(v.number(), 0),
});
export type Connection = v.InferOutput<typeof Item>;

export async function put(connectionId: string, layer: string | undefined): Promise<void> {
  await db.send(new PutCommand({ TableName, Item: { connectionId, layer } }));
}

export async function get(connectionId: string): Promise<Connection | undefined> {
  const { Item: item } = await db.send(
    new GetCommand({ TableName, Key: { connectionId }, ConsistentRead: true }),
  );
  return v.parse(v.optional(Item), item);
}

export async function remove(connectionId: string): Promise<void> {
  await db.send(new DeleteCommand({ TableName, Key: { connectionId } }));
}

export async function putPong(connectionId: string): Promise<void> {
  await update(connectionId, "SET pongAt = :value", Date.now());
}

export async function putNamespace(connectionId: string, nsp: string): Promise<void> {
  await update(connectionId, "ADD namespaces :value", new Set([nsp]));
}

export async function removeNamespace(connectionId: string, nsp: string): Promise<void> {
  await update(connectionId, "DELETE namespaces :value", new Set([nsp]));
}

async function update(connectionId: string, expression: string, value: unknown): Promise<void> {
  const update = new UpdateCommand({
    TableName,
    Key: { connectionId },
    UpdateExpression: expression,
    ConditionExpression: "attribute_exists(connectionId)",
    ExpressionAttributeValues: { ":value": value },
  });
  await ifHeld(db.send(update));
}
