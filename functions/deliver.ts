import * as v from "valibot";
import { Delivery } from "./aws/invocations.ts";
import { post } from "./aws/posts.ts";
import { endConnections } from "./chat/end-connection.ts";
import { beginLog, type LambdaContext, log } from "./lambda.ts";

/**
 * In ms: older posts are given up. Their clients find a hole, and read the entries from the log.
 */
const WITHIN_MS = 10_000;

/** Posts what an ack could not wait for. */
export async function handler(event: unknown, context: LambdaContext): Promise<void> {
  beginLog(context);
  const { body, connectionIds } = v.parse(Delivery, event);
  const posts = connectionIds.map((connectionId) => ({ connectionId, body }));
  const { gone, left, refused } = await post(posts, WITHIN_MS);
  await endConnections(gone);
  const counts = { posts: posts.length, gone: gone.length, left: left.length, refused };
  if (left.length === 0) log.info("delivered", counts);
  else log.error("posts given up", counts);
}
