import { serverEvent } from "../../../protocol/events.ts";
import { MAIN } from "../../../protocol/packet.ts";
import { close } from "../../aws/posts.ts";
import { parallel } from "../../parallel.ts";
import { type Connection, getConnection, takeConnection } from "../../store/connections.ts";
import { deleteSession } from "../../store/session-records.ts";
import { tabsOf } from "../../store/users.ts";
import { push, type Recipient } from "../../wire/dialects.ts";
import { followUp, isCostly } from "../end-connection.ts";

/**
 * Ends sessions of a person, and their connections at once. The sessions end first: a connection that
 * connects meanwhile checks its session again.
 * @param isMeant which further connections end
 * @param acked the connection that learns it from its ack, for which a disconnected client would not wait
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
  await followUp({ gone: gone.map((tab) => tab.connectionId) });
  await expel(others);
}

/** Tells clients that their session has ended, and closes their connections. */
export async function expel(connections: readonly Recipient[]): Promise<void> {
  const error = { code: "unauthorized", message: "The session has ended" } as const;
  for (const packet of [serverEvent("error", error), { type: "disconnect", nsp: MAIN } as const]) {
    await followUp(await push(connections, packet));
  }
  await parallel(connections, ({ connectionId }) => close(connectionId));
}
