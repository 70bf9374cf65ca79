import * as v from "valibot";
import { requireEnv } from "../../functions/lambda.ts";
import { kind } from "../../functions/store/table.ts";

const Item = v.object({
  /** Which packets are echoed: those of Socket.IO, or those of Engine.IO alone. */
  layer: v.picklist(["socket.io", "engine.io"]),
  namespaces: v.optional(v.set(v.string()), () => new Set<string>()),
  /** When the last pong came, in ms since the epoch. */
  pongAt: v.optional(v.number(), 0),
});
const connections = kind(requireEnv("TABLE"), Item, (connectionId: string) => ({ connectionId }));

export const get = connections.get;
export const remove = connections.delete;

export function put(connectionId: string, layer: string | undefined): Promise<boolean> {
  return connections.put([connectionId], { layer });
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

async function update(connectionId: string, change: string, value: unknown): Promise<void> {
  const condition = { if: "attribute_exists(connectionId)", values: { value } };
  await connections.update([connectionId], change, condition);
}
