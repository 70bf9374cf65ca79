import { ClientError } from "../../../protocol/errors.ts";
import { MAX_ROOMS } from "../../../protocol/limits.ts";
import type { User } from "../../../protocol/model.ts";
import { isReserved, LOBBY } from "../../../protocol/rooms.ts";
import { readHead } from "../../store/entries.ts";
import { getListed, type Member } from "../../store/member-list.ts";
import { countMemberships, putMembership } from "../../store/memberships.ts";
import { getRoom, putPublicRoom, type RoomRecord } from "../../store/room-records.ts";
import { settleListing } from "./listing.ts";
import { settleOwner } from "./ownership.ts";
import { endMembership } from "./removal.ts";
import { welcome } from "./welcome.ts";

/** The public room of that id, made if it is new. @throws {ClientError} */
export async function openPublicRoom(id: string, user: User): Promise<RoomRecord> {
  const existing = await getRoom(id);
  if (existing) return existing;
  if (isReserved(id)) throw new ClientError("not_found", "There is no such room");
  if (id !== LOBBY) await requireSpace(user);
  const room = id === LOBBY ? { id, name: "Lobby" } : { id, name: id, owner: user.id };
  return (await putPublicRoom(room)).room;
}

/** @throws {ClientError} `forbidden` if the person is in `MAX_ROOMS` rooms */
export async function requireSpace({ id }: User): Promise<void> {
  if ((await countMemberships(id)) >= MAX_ROOMS) throw full();
}

/**
 * Makes the person a member, in all of the person's connections. What was said before is not unread
 * to a newcomer.
 * @param except a connection that sees to itself
 * @returns false if the person was one already
 * @throws {ClientError} `forbidden` above `MAX_ROOMS`
 */
export async function becomeMember(user: User, room: string, except?: string): Promise<boolean> {
  await requireSpace(user);
  const { seq, count } = await readHead(room);
  const since = Date.now();
  const added = await putMembership(user.id, { room, since, read: { seq, count } });
  if (added && (await countMemberships(user.id)) > MAX_ROOMS) {
    // Others began meanwhile, in another tab or by invitation.
    await endMembership(user, room);
    throw full();
  }
  await follow(user, room, except, added ? { user, since } : undefined);
  return added;
}

/** Does for a member what an earlier try has left undone, if it broke off. */
export async function mendMembership(user: User, room: string, except?: string): Promise<void> {
  if (!(await getListed(room, user.id))) await follow(user, room, except);
}

/** What follows from a membership. The list comes after the connections: who is on it is in. */
async function follow(
  user: User,
  room: string,
  except: string | undefined,
  member?: Member,
): Promise<void> {
  await welcome(user, room, except);
  await settleListing(user.id, room, member);
  await settleOwner(room);
}

function full(): ClientError {
  return new ClientError("forbidden", `A person can be in ${MAX_ROOMS} rooms at most`);
}
