import * as v from "valibot";
import { Delivery, handOver } from "./aws/invocations.ts";
import { post } from "./aws/posts.ts";
import { endConnections } from "./chat/end-connection.ts";
import { requireEnv } from "./env.ts";
import { beginLog, type LambdaContext, log } from "./log.ts";

/** Lambda's own variable. */
const SELF = requireEnv("AWS_LAMBDA_FUNCTION_NAME");

/** ms for which one invocation posts, and how many invocations post before the rest is given up. */
const ROUND_MS = 5_000;
const MAX_ROUNDS = 10;

/**
 * Posts what an ack could not wait for, and hands the rest over to another invocation. A post that
 * is given up is a hole for its client, which reads it from the log.
 */
export async function handler(event: unknown, context: LambdaContext): Promise<void> {
  beginLog(context);
  const { body, connectionIds, round } = v.parse(Delivery, event);
  const posts = connectionIds.map((connectionId) => ({ connectionId, body }));
  const { gone, left, refused } = await post(posts, ROUND_MS);
  left.push(...(await endConnections(gone)));
  log.info("delivered", { posts: posts.length, gone: gone.length, left: left.length, refused });
  if (left.length === 0) return;
  if (round < MAX_ROUNDS) await handOver(SELF, left, round + 1);
  else log.error("posts given up", { posts: left.length });
}
