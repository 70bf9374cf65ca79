import * as v from "valibot";
import { Delivery } from "./aws/delivery.ts";
import { type Post, post } from "./aws/posts.ts";
import { end } from "./chat/end-connection.ts";
import { log } from "./log.ts";

/** ms for each round of posts. */
const ROUND_MS = 10_000;
/** ms before the function's timeout at which it gives up, to fail by its own word. */
const MARGIN_MS = 5_000;

interface LambdaContext {
  getRemainingTimeInMillis(): number;
}

/**
 * Posts what `push` could not in its two seconds. Invoked asynchronously: when it throws, Lambda
 * tries again twice, and a post that was made twice is one entry to its reader.
 */
export async function handler(event: unknown, context: LambdaContext): Promise<void> {
  const { body, connectionIds } = v.parse(Delivery, event);
  let posts: Post[] = connectionIds.map((connectionId) => ({ connectionId, body }));
  while (posts.length > 0) {
    const time = context.getRemainingTimeInMillis() - MARGIN_MS;
    if (time <= 0) throw new Error(`${posts.length} posts could not be delivered`);
    const { gone, left } = await post(posts, Math.min(ROUND_MS, time));
    posts = [...left, ...(await end(gone))];
  }
  log.info("delivered", { connections: connectionIds.length });
}
