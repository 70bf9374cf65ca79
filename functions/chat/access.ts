import * as v from "valibot";
import { ClientError } from "../../protocol/errors.ts";
import type { User } from "../../protocol/model.ts";
import { LOBBY } from "../../protocol/rooms.ts";
import { requireEnv } from "../lambda.ts";
import { type Connection, getConnection } from "../store/connections.ts";
import { getLive, type Live } from "../store/live.ts";
import { getMembership, isMember, queryMemberList } from "../store/memberships.ts";
import { changeRoom, getRoom, type RoomRecord } from "../store/room-records.ts";
import { FEW, tellChanged } from "./telling/notices.ts";

/**
 * Who may do what. Each `require…` returns what its name says, or throws a `ClientError` with the
 * reason. A room that a person may not see is `not_found`, whether it exists or not; `forbidden` is
 * for rooms that the person can see.
 */

const Settings = v.object({
  /** Whether people may come in without signing in. */
  guests: v.boolean(),
  /** Whether there is a room in which everybody is. */
  lobby: v.boolean(),
  /** The SHA-256 of the key that new guests are asked for. */
  joinKeyHash: v.optional(v.string()),
  /** How long a session lasts that begins with a sign-in. */
  sessionDays: v.number(),
  /** The provider whose ID tokens are exchanged for sessions. */
  oidc: v.optional(v.object({ issuer: v.string(), audience: v.string() })),
  /** The deployer's own server, whose JWTs are accepted. */
  jwt: v.optional(v.object({ issuer: v.string(), audience: v.string(), jwksUri: v.string() })),
});

/** The deployer's settings of who may come in, which `infra/sign-in.ts` puts into `SIGN_IN`. */
export const settings = v.parse(Settings, JSON.parse(requireEnv("SIGN_IN")));

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
  await requireMember(connectionId, room);
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

/**
 * The room, with an owner who is a member. A room whose owner has left passes to its oldest member,
 * when somebody sends what only the owner may do, or when the owner leaves. Doing it on each join
 * and leave would cost each of them a read of the whole list.
 */
export async function withOwner(room: RoomRecord): Promise<RoomRecord> {
  const { id, owner } = room;
  if (id === LOBBY || room.kind === "direct") return room;
  if (owner !== undefined && (await isMember(owner, id))) return room;
  const heir = await oldestMember(id);
  if (heir === owner) return room;
  const passed = await changeRoom(id, owner, { owner: heir });
  // Another invocation has passed it on meanwhile.
  if (!passed) return (await getRoom(id)) ?? room;
  await tellChanged(passed, { most: FEW });
  return passed;
}

/** Listed members among whom the heir of a room is looked for: some 100 KB. */
const MAX_LOOKED_AT = 1_000;
/** Of these, how many are checked for a membership. Those without one are being removed. */
const MAX_CANDIDATES = 25;

/** Who has been on the list for longest. A listed user without a membership is being removed. */
async function oldestMember(room: string): Promise<string | undefined> {
  const listed = await queryMemberList(room, undefined, MAX_LOOKED_AT);
  const byAge = listed.toSorted((a, b) => a.since - b.since || a.user.id.localeCompare(b.user.id));
  for (const { user } of byAge.slice(0, MAX_CANDIDATES)) {
    if (await isMember(user.id, room)) return user.id;
  }
  return undefined;
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
