import { NOTHING, type Outcome, type Post } from "../aws/posts.ts";
import { log } from "../log.ts";
import { parallel } from "../parallel.ts";
import { type Connection, deleteConnection, takeConnection } from "../store/connections.ts";
import { deleteLive } from "../store/live.ts";
import type { Tab } from "../store/users.ts";
import { goOffline } from "./people/presence.ts";

/**
 * Telling that somebody is offline can show that others are gone, telling of whom can show more. What
 * is left after so many rounds is for the next post to it, or the sweep.
 */
const MAX_ROUNDS = 10;

/**
 * Ends connections that are gone, without leaving a trace of them, and those that telling of them
 * shows to be gone too.
 * @returns the posts about it that did not get through
 */
export async function endConnections(connectionIds: readonly string[]): Promise<Post[]> {
  const left: Post[] = [];
  let ids = new Set(connectionIds);
  for (let round = 0; ids.size > 0 && round < MAX_ROUNDS; round++) {
    const outcomes = await parallel(ids, (id) => removeUser(id, deleteConnection));
    left.push(...outcomes.flatMap((outcome) => outcome.left));
    ids = new Set(outcomes.flatMap(({ gone }) => gone));
  }
  return left;
}

/**
 * Removes the user from a connection, if it has one: first from the connection's item, which names
 * all that is to be deleted. (A connection that is subscribed meanwhile finds that it has no user,
 * and undoes the subscription.)
 * @param finish what is to become of the connection's item in the end
 * @param taken what is to be done first, if there was a user
 */
export async function removeUser(
  connectionId: string,
  finish: (connectionId: string) => Promise<unknown>,
  taken: (connection: Connection) => Promise<void> = async () => {},
): Promise<Outcome> {
  const connection = await takeConnection(connectionId);
  let outcome = NOTHING;
  if (connection) {
    await taken(connection);
    outcome = await removeTraces(connection);
    log.info("connection ended", { ended: connectionId, user: connection.user.id });
  }
  await finish(connectionId);
  return outcome;
}

/** Removes what there is of a connection besides its own item: live items, and presence last. */
export async function removeTraces({ rooms, ...tab }: Tab & Pick<Connection, "rooms">) {
  await parallel(rooms, (room) => deleteLive(room, tab.connectionId));
  return goOffline(tab, [...rooms]);
}
