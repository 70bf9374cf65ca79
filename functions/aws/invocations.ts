import type { LambdaClient } from "@aws-sdk/client-lambda";
import * as v from "valibot";
import { log } from "../log.ts";
import type { Post } from "./posts.ts";

let client: LambdaClient | undefined;

/** Invokes a function asynchronously: this returns once Lambda has queued the event. */
export async function invokeLater(name: string, payload: object): Promise<void> {
  // Rarely needed, so its import stays out of the cold start.
  const { InvokeCommand, LambdaClient } = await import("@aws-sdk/client-lambda");
  client ??= new LambdaClient({});
  await client.send(
    new InvokeCommand({
      FunctionName: name,
      InvocationType: "Event",
      Payload: JSON.stringify(payload),
    }),
  );
}

/** What `deliver` is invoked with: a frame, and the connections that still wait for it. */
export const Delivery = v.object({
  body: v.string(),
  connectionIds: v.array(v.string()),
  /** Counts the invocations that have tried. */
  round: v.optional(v.number(), 1),
});
export type Delivery = v.InferOutput<typeof Delivery>;

/**
 * Connections in one invocation. Their ids take 95 KB, and the largest entry takes 80 KB as JSON in
 * JSON; an asynchronous invocation of Lambda takes at most 256 KB.
 */
const MAX_CONNECTIONS = 5_000;

/** Hands posts over to an invocation of the function `deliver`, which has more time. */
export async function handOver(to: string, posts: readonly Post[], round = 1): Promise<void> {
  for (const delivery of group(posts, round)) {
    log.warn("handing over", { connections: delivery.connectionIds.length, round });
    await invokeLater(to, delivery);
  }
}

function group(posts: readonly Post[], round: number): Delivery[] {
  const byBody = new Map<string, Delivery[]>();
  for (const { connectionId, body } of posts) {
    const deliveries = byBody.get(body) ?? [];
    byBody.set(body, deliveries);
    const last = deliveries.at(-1);
    if (last && last.connectionIds.length < MAX_CONNECTIONS) last.connectionIds.push(connectionId);
    else deliveries.push({ body, connectionIds: [connectionId], round });
  }
  return [...byBody.values()].flat();
}
