import { NOTHING, type Outcome, type Post } from "../aws/posts.ts";
import { log } from "../log.ts";
import { parallel } from "../parallel.ts";
import { deleteConnection, takeConnection } from "../store/connections.ts";
import { person } from "../store/items.ts";
import { deleteLive } from "../store/live.ts";
import { going } from "./people/presence.ts";

/**
 * Ends connections without leaving a trace of them. Telling of one may show that others are gone,
 * and these end too.
 * @returns the posts about it that did not get through
 */
export async function end(connectionIds: readonly string[]): Promise<Post[]> {
  const left: Post[] = [];
  for (let ids = new Set(connectionIds); ids.size > 0; ) {
    const outcomes = await parallel(ids, (id) => leave(id, deleteConnection));
    left.push(...outcomes.flatMap((outcome) => outcome.left));
    ids = new Set(outcomes.flatMap(({ gone }) => gone));
  }
  return left;
}

/**
 * Ends who is on a connection, if anybody is: the connection first, which names what else there is,
 * then its live items. (A connection that is subscribed meanwhile finds itself taken and undoes it.)
 * @param finish what becomes of the connection then
 */
export async function leave(
  connectionId: string,
  finish: (connectionId: string) => Promise<void>,
): Promise<Outcome> {
  const connection = await takeConnection(connectionId);
  let outcome = NOTHING;
  if (connection) {
    const { user, rooms } = connection;
    await deleteLives(connectionId, [...rooms, person(user.id)]);
    outcome = await going(user);
    log.info("connection ended", { ended: connectionId, user: user.id });
  }
  await finish(connectionId);
  return outcome;
}

export async function deleteLives(
  connectionId: string,
  channels: readonly string[],
): Promise<void> {
  await parallel(channels, (channel) => deleteLive(channel, connectionId));
}
