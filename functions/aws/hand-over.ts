import { requireEnv } from "../env.ts";
import { log } from "../log.ts";
import type { Delivery } from "./delivery.ts";
import { invokeLater } from "./invocations.ts";
import type { Post } from "./posts.ts";

const DELIVER_FUNCTION = requireEnv("DELIVER_FUNCTION");

/**
 * Connections in one invocation: their ids are 95 KB, the largest entry (text and reactions) is 80 KB
 * as JSON in JSON, and an asynchronous invocation of Lambda takes 256 KB.
 */
const MAX_CONNECTIONS = 5_000;

/** Leaves posts to the function `deliver`, which has the time to try for longer. */
export async function handOver(posts: readonly Post[]): Promise<void> {
  for (const delivery of group(posts)) {
    log.warn("handing over", { connections: delivery.connectionIds.length });
    await invokeLater(DELIVER_FUNCTION, delivery);
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
