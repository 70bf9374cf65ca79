import type { LambdaClient } from "@aws-sdk/client-lambda";
import { requireEnv } from "../env.ts";
import type { Delivery } from "./delivery.ts";
import { log } from "./log.ts";
import type { Post } from "./post.ts";

const DELIVER_FUNCTION = requireEnv("DELIVER_FUNCTION");

/** Connections in one invocation: with a text of 32 KB well under the 256 KB of an asynchronous one. */
const MAX_CONNECTIONS = 5_000;

let client: LambdaClient | undefined;

/** Leaves posts to the function `deliver`, which has the time to try for longer. */
export async function handOver(posts: readonly Post[]): Promise<void> {
  if (posts.length === 0) return;
  // Rarely needed, so its import stays out of the cold start.
  const { InvokeCommand, LambdaClient } = await import("@aws-sdk/client-lambda");
  client ??= new LambdaClient({});
  for (const delivery of group(posts)) {
    log.warn("handing over", { connections: delivery.connectionIds.length });
    await client.send(
      new InvokeCommand({
        FunctionName: DELIVER_FUNCTION,
        InvocationType: "Event",
        Payload: JSON.stringify(delivery),
      }),
    );
  }
}

function group(posts: readonly Post[]): Delivery[] {
  const byBody = new Map<string, Delivery[]>();
  for (const { connectionId, body } of posts) {
    const deliveries = byBody.get(body) ?? [];
    byBody.set(body, deliveries);
    const last = deliveries.at(-1);
    if (last && last.connectionIds.length < MAX_CONNECTIONS) last.connectionIds.push(connectionId);
    else deliveries.push({ body, connectionIds: [connectionId] });
  }
  return [...byBody.values()].flat();
}
