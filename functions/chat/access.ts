import { ClientError } from "../../protocol/errors.ts";
import type { User } from "../../protocol/model.ts";
import { type Connection, getConnection } from "../store/connections.ts";
import { getLive, type Live } from "../store/live.ts";
import { getMembership, type Membership } from "../store/memberships.ts";
import { getRoom, type RoomRecord } from "../store/room-records.ts";
import { getUser } from "../store/users.ts";

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
  await requireVisible(user, room);
  throw notJoined();
}

/** The room, if the person may see it, and the membership. @throws {ClientError} */
export async function requireVisible(
  user: User,
  id: string,
): Promise<{ room: RoomRecord; membership: Membership | undefined }> {
  const [room, membership] = await Promise.all([getRoom(id), getMembership(user.id, id)]);
  if (!room || (room.kind !== "public" && !membership)) {
    throw new ClientError("not_found", "There is no such room");
  }
  return { room, membership };
}

/** The person behind the connection as a member of the room. @throws {ClientError} */
export async function requireMember(
  connectionId: string,
  id: string,
): Promise<{ user: User; room: RoomRecord; membership: Membership }> {
  const { user } = await requireConnection(connectionId);
  const { room, membership } = await requireVisible(user, id);
  if (!membership) throw notJoined();
  return { user, room, membership };
}

/** The same for the room's owner. @throws {ClientError} */
export async function requireOwner(connectionId: string, id: string) {
  const member = await requireMember(connectionId, id);
  if (member.room.owner !== member.user.id) throw notOwner();
  return member;
}

/** The person of that id. @throws {ClientError} */
export async function requireUser(id: string): Promise<User> {
  const user = await getUser(id);
  if (!user) throw new ClientError("not_found", "There is no such person");
  return user;
}

function notJoined(): ClientError {
  return new ClientError("forbidden", "Join the room first");
}

export function notOwner(): ClientError {
  return new ClientError("forbidden", "Only the room's owner may do this");
}
