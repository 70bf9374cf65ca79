import { serverEvent } from "../../protocol/events.ts";
import { MAX_CONNECTIONS } from "../../protocol/limits.ts";
import { MAIN } from "../../protocol/packet.ts";
import { close } from "../aws/posts.ts";
import { log } from "../lambda.ts";
import { parallel } from "../parallel.ts";
import {
  type Connection,
  deleteConnection,
  getConnection,
  takeConnection,
} from "../store/connections.ts";
import { deleteLive } from "../store/live.ts";
import { deleteSession } from "../store/session-records.ts";
import { type Person, type Tab, tabsOf } from "../store/users.ts";
import { push, type Recipient } from "../wire/dialects.ts";
import { goOffline } from "./telling/presence.ts";

/**
 * Announcing that a person is offline can show that further connections are gone. After this many
 * rounds these are left to the next post to them, or to the sweep.
 */
const MAX_ROUNDS = 10;

/** Ends connections that are gone, and those that turn out to be gone when this is announced. */
export async function endConnections(connectionIds: readonly string[]): Promise<void> {
  let ids = new Set(connectionIds);
  for (let round = 0; ids.size > 0 && round < MAX_ROUNDS; round++) {
    const gone = await parallel(ids, (id) => removeUser(id, deleteConnection));
    ids = new Set(gone.flat());
  }
}

/**
 * Removes the user from a connection, if it has one. The connection's item comes first: it names
 * everything that is to be deleted. (A connection that is subscribed meanwhile finds that it has no
 * user, and undoes the subscription.)
 * @param finish what becomes of the connection's item in the end
 * @param taken runs first, if there was a user
 * @returns connections that turned out to be gone
 */
export async function removeUser(
  connectionId: string,
  finish: (connectionId: string) => Promise<unknown>,
  taken: (connection: Connection) => Promise<void> = async () => {},
): Promise<string[]> {
  const connection = await takeConnection(connectionId);
  let gone: string[] = [];
  if (connection) {
    await taken(connection);
    gone = await removeTraces(connection);
    log.info("connection ended", { ended: connectionId, user: connection.user.id });
  }
  await finish(connectionId);
  return gone;
}

/** Removes what is stored of a connection besides its own item: live items, and presence last. */
export async function removeTraces({ rooms, ...tab }: Tab & Pick<Connection, "rooms">) {
  await parallel(rooms, (room) => deleteLive(room, tab.connectionId));
  return goOffline(tab);
}

/** Writes that a frame makes to end connections of a person. */
const MAX_ENDING = 40;

/**
 * Whether it takes too many writes to end these connections: then they are closed, and their
 * `$disconnect` ends them.
 */
function isCostly(connections: number, rooms: number): boolean {
  return connections * (rooms + 3) > MAX_ENDING;
}

/**
 * Closes the person's oldest connections, if there are too many.
 * @param own the connection that was added
 * @returns those that were closed and are to be ended at once, as connections that are gone
 */
export async function closeOldest({ tabs }: Person, own: string, rooms: number): Promise<string[]> {
  const others = tabs.map(({ connectionId }) => connectionId).filter((id) => id !== own);
  const closed = others.slice(0, Math.max(0, tabs.length - MAX_CONNECTIONS));
  await parallel(closed, close);
  return isCostly(closed.length, rooms) ? [] : closed;
}

/**
 * Ends sessions of a person, and their connections at once. The sessions end first: a connection that
 * connects meanwhile checks its session again.
 * @param isMeant which further connections end
 * @param acked the connection whose ack says so; once disconnected, its client would not wait for that
 */
export async function endSessions(
  userId: string,
  hashes: readonly string[],
  isMeant: (connection: Connection) => boolean,
  acked?: string,
): Promise<void> {
  await parallel(hashes, (hash) => deleteSession(userId, hash));
  const tabs = await parallel(await tabsOf(userId), (tab) => getConnection(tab.connectionId));
  const ended = tabs
    .filter((tab) => tab !== undefined)
    .filter((tab) => isMeant(tab) || (tab.session !== undefined && hashes.includes(tab.session)));
  const others = ended.filter((tab) => tab.connectionId !== acked);
  const rooms = Math.max(0, ...others.map((tab) => tab.rooms.size));
  const closing = isCostly(others.length, rooms) ? others : [];
  // What else is stored of them goes with their `$disconnect`.
  await parallel(closing, (tab) => takeConnection(tab.connectionId));
  const gone = ended.filter((tab) => !closing.includes(tab));
  await endConnections(gone.map((tab) => tab.connectionId));
  // Sessions that have begun meanwhile. A CONNECT that is not over yet finds no user, and gives no token.
  const begun = new Set(ended.flatMap(({ session = "" }) => session || []));
  for (const hash of hashes) begun.delete(hash);
  await parallel(begun, (hash) => deleteSession(userId, hash));
  await expel(others);
}

/** Tells clients that their session has ended, and closes their connections. */
export async function expel(connections: readonly Recipient[]): Promise<void> {
  const error = { code: "unauthorized", message: "The session has ended" } as const;
  for (const packet of [serverEvent("error", error), { type: "disconnect", nsp: MAIN } as const]) {
    await endConnections(await push(connections, packet));
  }
  await parallel(connections, ({ connectionId }) => close(connectionId));
}
