import { ClientError } from "../../protocol/errors.ts";
import type { User } from "../../protocol/model.ts";
import { LOBBY } from "../../protocol/rooms.ts";
import { settings } from "../settings.ts";
import { type Connection, getConnection } from "../store/connections.ts";
import { getLive, type Live } from "../store/live.ts";
import { getMembership } from "../store/memberships.ts";
import { getRoom, type RoomRecord } from "../store/room-records.ts";
import { getUser } from "../store/users.ts";
import { withOwner } from "./rooms/ownership.ts";

/**
 * Who may do what. Each `require…` returns what its name says, or throws a `ClientError` with the
 * reason. A room that a person may not see is `not_found`, whether it exists or not; `forbidden` is
 * for rooms that the person can see.
 */

/** Throws `unauthorized` before CONNECT, and after the connection has ended. */
export async function requireConnection(connectionId: string): Promise<Connection> {
  const connection = await getConnection(connectionId);
  if (!connection) throw new ClientError("unauthorized", "Connect first");
  return connection;
}

/** The connection's live item in the room: it allows reading and writing, and names the user. */
export async function requireLive(connectionId: string, room: string): Promise<Live> {
  return (await getLive(room, connectionId)) ?? refuse(connectionId, room);
}

/** Throws the reason why a connection is not in a room. */
export async function refuse(connectionId: string, room: string): Promise<never> {
  const { user } = await requireConnection(connectionId);
  await requireVisible(user, room);
  throw notJoined();
}

/**
 * The room, if the person may see it, and the membership.
 * @param invite the code of an invitation that the person has
 */
export async function requireVisible(user: User, id: string, invite?: string) {
  const [room, membership] = await Promise.all([getRoom(id), getMembership(user.id, id)]);
  if (!room || isClosed(id) || (!membership && !isOpenTo(room, invite))) {
    throw noRoom();
  }
  return { room, membership };
}

/** Whether somebody may join a room who has this invitation. */
export function isOpenTo({ kind, invite }: RoomRecord, given: string | undefined): boolean {
  return kind === "public" || (invite !== undefined && invite === given);
}

/** Whether a room is the lobby of a deployment that wants none, which may have had one before. */
export function isClosed(id: string): boolean {
  return id === LOBBY && !settings.lobby;
}

/** The person behind the connection as a member of the room. */
export async function requireMember(connectionId: string, id: string) {
  const { user } = await requireConnection(connectionId);
  const { room, membership } = await requireVisible(user, id);
  if (!membership) throw notJoined();
  return { user, room, membership };
}

/** The same for the room's owner. */
export async function requireOwner(connectionId: string, id: string) {
  const member = await requireMember(connectionId, id);
  if (!(await owns(member.user, member.room))) throw notOwner();
  return member;
}

/** Whether a member owns the room. If its owner has left, it passes to its oldest member first. */
export async function owns(member: User, room: RoomRecord): Promise<boolean> {
  return room.owner === member.id || (await withOwner(room)).owner === member.id;
}

export async function requireUser(id: string): Promise<User> {
  const user = await getUser(id);
  if (!user) throw noPerson();
  return user;
}

export function noPerson(): ClientError {
  return new ClientError("not_found", "There is no such person");
}

export function noRoom(): ClientError {
  return new ClientError("not_found", "There is no such room");
}

function notJoined(): ClientError {
  return new ClientError("forbidden", "Join the room first");
}

export function notMember(): ClientError {
  return new ClientError("not_found", "There is no such member");
}

export function notOwner(): ClientError {
  return new ClientError("forbidden", "Only the room's owner may do this");
}
