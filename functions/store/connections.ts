import * as v from "valibot";
import type { User } from "../../protocol/model.ts";
import type { Dialect } from "../../protocol/packet.ts";
import { requireEnv } from "../env.ts";
import { CONNECTION_SECONDS, DialectPart, UserPart } from "./items.ts";
import { deleteItem, getItem, putItem, scanItems, secondsFromNow, updateItem } from "./table.ts";

const CONNECTIONS = requireEnv("CONNECTIONS_TABLE");

/** The connections table: who is behind a connection, and which rooms it is subscribed to. */

const ConnectionItem = v.object({
  connectionId: v.string(),
  /** Absent before CONNECT: only connections of the raw dialect are known so early. */
  user: v.optional(UserPart),
  /** The user, moved here while the connection is being removed. */
  ended: v.optional(UserPart),
  dialect: DialectPart,
  /** The hash of the secret of the session that let the person in. */
  session: v.optional(v.string()),
  /** Hashes of the secrets of the `pid`s that the client may come back with. */
  pids: v.optional(v.set(v.string()), () => new Set<string>()),
  /** Absent while there is none: DynamoDB has no empty sets. */
  rooms: v.optional(v.set(v.string()), () => new Set<string>()),
  /** ms since the epoch */
  connectedAt: v.number(),
});
type ConnectionItem = v.InferOutput<typeof ConnectionItem>;
export type Connection = Omit<ConnectionItem, "ended"> & { user: User };

/** Keeps that a connection opened as one of the raw dialect, before anybody has connected on it. */
export async function putHandshake(connectionId: string, connectedAt: number): Promise<void> {
  await putItem(CONNECTIONS, toItem({ connectionId, dialect: "raw", connectedAt }));
}

/** @returns false if somebody has connected on it already, or is still being removed from it */
export async function putConnection(connection: Omit<Connection, "rooms">): Promise<boolean> {
  return putItem(CONNECTIONS, toItem(connection), {
    if: "attribute_not_exists(#user) AND attribute_not_exists(ended)",
  });
}

function toItem(connection: Partial<Connection>) {
  return { ...connection, expiresAt: secondsFromNow(CONNECTION_SECONDS) };
}

export async function getConnection(connectionId: string): Promise<Connection | undefined> {
  return connected(await getItem(CONNECTIONS, { connectionId }, ConnectionItem));
}

/** What a connection speaks, as far as that is known. */
export async function getDialect(connectionId: string): Promise<Dialect | undefined> {
  return (await getItem(CONNECTIONS, { connectionId }, ConnectionItem))?.dialect;
}

/** @returns the connection as it is then, undefined if nobody is connected on it any more */
export async function addRooms(
  connectionId: string,
  rooms: readonly string[],
): Promise<Connection | undefined> {
  return update(connectionId, "ADD rooms :rooms", { rooms: new Set(rooms) });
}

export async function removeRoom(connectionId: string, room: string): Promise<void> {
  await update(connectionId, "DELETE rooms :rooms", { rooms: new Set([room]) });
}

/** @returns the connection as it is then, undefined if nobody is connected on it any more */
export async function setUser(connectionId: string, user: User): Promise<Connection | undefined> {
  return update(connectionId, "SET #user = :user", { user });
}

async function update(
  connectionId: string,
  change: string,
  values: Record<string, unknown>,
): Promise<Connection | undefined> {
  const condition = { if: "attribute_exists(#user)", values };
  const item = await updateItem(CONNECTIONS, { connectionId }, change, condition);
  return item && connected(v.parse(ConnectionItem, item));
}

function connected(item: ConnectionItem | undefined): Connection | undefined {
  return item?.user && { ...item, user: item.user };
}

/**
 * Takes a connection from its user. Who that was, and the rooms, stay on the item until nothing else
 * is left: the next sweep goes on where a removal broke off.
 * @returns the connection as it was, if it had a user, or is still being removed
 */
export async function takeConnection(connectionId: string): Promise<Connection | undefined> {
  const item = await updateItem(
    CONNECTIONS,
    { connectionId },
    "SET ended = if_not_exists(#user, ended) REMOVE #user",
    { if: "attribute_exists(#user) OR attribute_exists(ended)" },
  );
  const taken = item && v.parse(ConnectionItem, item);
  return taken?.ended && { ...taken, user: taken.ended };
}

export async function deleteConnection(connectionId: string): Promise<void> {
  await deleteItem(CONNECTIONS, { connectionId });
}

/** Leaves what `putHandshake` keeps of a connection that was taken, if it is still there. */
export async function releaseConnection(connectionId: string): Promise<void> {
  const condition = { if: "attribute_exists(ended)" };
  await updateItem(CONNECTIONS, { connectionId }, "REMOVE ended, rooms, pids", condition);
}

/** Every connection, a page at a time. For jobs: it reads the whole table. */
export function scanConnections(): AsyncGenerator<ConnectionItem[]> {
  return scanItems(CONNECTIONS, ConnectionItem);
}
