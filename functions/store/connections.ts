import * as v from "valibot";
import type { User } from "../../protocol/model.ts";
import type { Dialect } from "../../protocol/packet.ts";
import { requireEnv } from "../lambda.ts";
import { CONNECTION_SECONDS, DialectPart, secondsFromNow, UserPart } from "./items.ts";
import { kind, type Update } from "./table.ts";

/** The connections table: the user of each connection, and the rooms to which it is subscribed. */

const ConnectionItem = v.object({
  connectionId: v.string(),
  /** Absent before CONNECT, and after DISCONNECT. */
  user: v.optional(UserPart),
  /** The user, moved here while the connection is being removed. */
  ended: v.optional(UserPart),
  dialect: DialectPart,
  /** Whether a new guest has connected on it, which is allowed once. */
  guest: v.optional(v.boolean(), false),
  /** The hash of the session's secret with which the person connected. */
  session: v.optional(v.string()),
  /** The id of the client's socket, if it continues as an earlier one. */
  sid: v.optional(v.string()),
  /** Absent while there is none: DynamoDB has no empty sets. */
  rooms: v.optional(v.set(v.string()), () => new Set<string>()),
  /** ms since the epoch */
  connectedAt: v.number(),
  expiresAt: v.number(),
});
export type ConnectionItem = v.InferOutput<typeof ConnectionItem>;
export type Connection = Omit<ConnectionItem, "ended" | "guest"> & { user: User };

export const connections = kind(
  requireEnv("CONNECTIONS_TABLE"),
  ConnectionItem,
  (connectionId: string) => ({ connectionId }),
);

/** Stores that a connection opened as one of the raw dialect, before its CONNECT. */
export async function putHandshake(connectionId: string, connectedAt: number): Promise<void> {
  const expiresAt = secondsFromNow(CONNECTION_SECONDS);
  await connections.put([connectionId], { dialect: "raw", connectedAt, expiresAt });
}

/**
 * @param guest whether the person is new
 * @returns false if the connection has a user, or one who is being removed, or if this would be its
 * second new guest
 */
export async function putConnection(connection: Omit<Connection, "rooms">, guest: boolean) {
  const { connectionId, ...attributes } = connection;
  const set = { ...attributes, ...(guest && { guest }), v: 1 };
  const free = "attribute_not_exists(#user) AND attribute_not_exists(ended)";
  const condition = guest ? `${free} AND attribute_not_exists(guest)` : free;
  const put = await connections.update([connectionId], { set }, { if: condition });
  return put !== undefined;
}

export async function getConnection(connectionId: string): Promise<Connection | undefined> {
  return connected(await connections.get(connectionId));
}

export async function getDialect(connectionId: string): Promise<Dialect | undefined> {
  return (await connections.get(connectionId))?.dialect;
}

export function addRooms(connectionId: string, rooms: readonly string[]) {
  return update(connectionId, { add: { rooms: new Set(rooms) } });
}

export function removeRoom(connectionId: string, room: string) {
  return update(connectionId, { delete: { rooms: new Set([room]) } });
}

export function setUser(connectionId: string, user: User) {
  return update(connectionId, { set: { user } });
}

/** @returns the updated connection, or undefined if it has no user */
async function update(id: string, change: Update[0]) {
  return connected(await connections.update([id], change, { if: "attribute_exists(#user)" }));
}

function connected(item: ConnectionItem | undefined): Connection | undefined {
  return item?.user && { ...item, user: item.user };
}

/**
 * Removes the user from a connection. User and rooms stay on the item until everything else is
 * deleted, so that the next sweep can finish a removal that crashed.
 * @returns the connection as it was, if it had a user or one who is still being removed
 */
export async function takeConnection(connectionId: string): Promise<Connection | undefined> {
  const taken = await connections.update(
    [connectionId],
    "SET ended = if_not_exists(#user, ended) REMOVE #user",
    { if: "attribute_exists(#user) OR attribute_exists(ended)" },
  );
  return taken?.ended && { ...taken, user: taken.ended };
}

export const deleteConnection = connections.delete;

/**
 * Leaves a taken connection for the next CONNECT, if it still exists.
 * @param forgetGuest whether the next CONNECT may bring a new guest again
 */
export function releaseConnection(connectionId: string, forgetGuest = false) {
  const change = `REMOVE ended, rooms, sid, #session${forgetGuest ? ", guest" : ""}`;
  return connections.update([connectionId], change, { if: "attribute_exists(ended)" });
}

/** Every connection, page by page. It reads the whole table, and is for jobs only. */
export const scanConnections = connections.scan;
