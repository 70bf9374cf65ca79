import { parallel } from "../parallel.ts";
import { log } from "../socket/log.ts";
import type { Outcome, Post } from "../socket/post.ts";
import { type Connection, deleteConnection } from "../store/connections.ts";
import { person } from "../store/items.ts";
import { deleteLive } from "../store/live.ts";
import { going } from "./presence.ts";

/**
 * Ends connections without leaving a trace of them: the connection first, which names what else
 * there is, then its live items. (A connection that is subscribed meanwhile finds itself gone and
 * undoes it.) Telling of one may show that others are gone, and these end too.
 * @returns the posts about it that did not get through
 */
export async function end(connectionIds: readonly string[]): Promise<Post[]> {
  const queue = [...new Set(connectionIds)];
  const left: Post[] = [];
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    const connection = await deleteConnection(id);
    if (!connection) continue;
    const outcome = await leave(connection);
    queue.push(...outcome.gone);
    left.push(...outcome.left);
  }
  return left;
}

/** What is left to do once a connection is no longer the person's. */
export async function leave({ connectionId, user, rooms }: Connection): Promise<Outcome> {
  await deleteLives(connectionId, [...rooms, person(user.id)]);
  const outcome = await going(user);
  log.info("connection ended", { connectionId, user: user.id });
  return outcome;
}

export async function deleteLives(
  connectionId: string,
  channels: readonly string[],
): Promise<void> {
  await parallel(channels, (channel) => deleteLive(channel, connectionId));
}
