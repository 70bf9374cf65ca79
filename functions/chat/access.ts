import { ClientError } from "../../protocol/errors.ts";
import { type Connection, getConnection } from "../store/connections.ts";
import { getLive, type Live } from "../store/live.ts";
import { getMembership } from "../store/members.ts";
import { getRoom } from "../store/rooms.ts";

/** @throws {ClientError} `unauthorized` for a connection that has not connected, or is forgotten */
export async function requireConnection(connectionId: string): Promise<Connection> {
  const connection = await getConnection(connectionId);
  if (!connection) throw new ClientError("unauthorized", "Connect first");
  return connection;
}

/**
 * The connection's live item in the room, which says that it may read and speak there, and who it
 * is. @throws {ClientError}
 */
export async function requireLive(connectionId: string, room: string): Promise<Live> {
  return (await getLive(room, connectionId)) ?? refuse(connectionId, room);
}

/** Says why a connection is not in a room; a room that one may not see is not found. */
export async function refuse(connectionId: string, room: string): Promise<never> {
  const { user } = await requireConnection(connectionId);
  const [record, membership] = await Promise.all([getRoom(room), getMembership(user.id, room)]);
  if (!record || (record.kind !== "public" && !membership)) {
    throw new ClientError("not_found", "There is no such room");
  }
  throw new ClientError("forbidden", "Join the room first");
}
