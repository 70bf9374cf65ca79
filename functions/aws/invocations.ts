import * as v from "valibot";
import { log, loggable } from "../lambda.ts";
import type { Post } from "./posts.ts";
import { addressOf, prepare, sendAgain } from "./requests.ts";

const endpoint = addressOf("lambda");

/** Invokes a function asynchronously: this returns once Lambda has queued the event. */
export async function invokeLater(name: string, payload: object): Promise<void> {
  const path = `/2015-03-31/functions/${encodeURIComponent(name)}/invocations`;
  const headers = { "content-type": "application/json", "x-amz-invocation-type": "Event" };
  const body = JSON.stringify(payload);
  const send = prepare({ url: endpoint, service: "lambda", method: "POST", headers, body });
  const status = await sendAgain(send, path);
  if (status !== 202) throw new Error(`Lambda has not queued it: ${status}`);
}

/**
 * The same for work that something else finishes if this fails. What the client has asked for is done
 * already, so a failure is only logged.
 */
async function tryToInvoke(name: string | undefined, payload: object): Promise<void> {
  if (!name) return;
  try {
    await invokeLater(name, payload);
  } catch (error) {
    log.error("not invoked", { function: name, error: loggable(error) });
  }
}

/** `socket` and `sweep` have the first variable; only `socket` has the second. */
const { DELIVER_FUNCTION, SWEEP_FUNCTION } = process.env;

/** Starts the job of a note in `!todo`. If that fails, the next scheduled sweep does the job. */
export async function startJob(todo: string): Promise<void> {
  await tryToInvoke(SWEEP_FUNCTION, { todo });
}

/** What `deliver` is invoked with: a frame, and the connections that still wait for it. */
export const Delivery = v.object({ body: v.string(), connectionIds: v.array(v.string()) });
type Delivery = v.InferOutput<typeof Delivery>;

/**
 * Connections in one invocation. Their ids take 95 KB, and the largest entry takes 80 KB as JSON in
 * JSON; an asynchronous invocation of Lambda takes at most 256 KB.
 */
const MAX_CONNECTIONS = 5_000;

/**
 * Hands posts over to an invocation of the function `deliver`, which has more time. If that fails,
 * they are lost, and clients find holes in the log and fill them.
 */
export async function handOver(posts: readonly Post[]): Promise<void> {
  for (const delivery of group(posts)) {
    log.warn(DELIVER_FUNCTION ? "handing over" : "posts given up", {
      connections: delivery.connectionIds.length,
    });
    await tryToInvoke(DELIVER_FUNCTION, delivery);
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
