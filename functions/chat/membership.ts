import { ClientError } from "../../protocol/errors.ts";
import { serverEvent } from "../../protocol/events.ts";
import { MAX_ROOMS } from "../../protocol/limits.ts";
import type { User } from "../../protocol/model.ts";
import { readHead } from "../store/history.ts";
import { countMemberships, isListed, putMember, putMembership } from "../store/members.ts";
import { createPublicRoom, getRoom, type RoomRecord } from "../store/rooms.ts";
import { audience } from "./notices.ts";
import { tell } from "./tell.ts";

/** The room that everyone is a member of. */
export const LOBBY = "lobby";

/** Ids that no client can make a room by naming: those of private and of direct rooms. */
const RESERVED = /^[pd]-/;

/** The public room of that id, made if it is new. @throws {ClientError} `not_found` */
export async function openPublicRoom(
  id: string,
  user: User,
): Promise<{ room: RoomRecord; created: boolean }> {
  const room = await getRoom(id);
  if (room) return { room, created: false };
  if (RESERVED.test(id)) throw new ClientError("not_found", "There is no such room");
  return createPublicRoom(id === LOBBY ? { id, name: "Lobby" } : { id, name: id, owner: user.id });
}

/**
 * Makes the person a member. What was said before is not unread to a newcomer.
 * @returns false if the person was one already
 * @throws {ClientError} `forbidden` above `MAX_ROOMS`
 */
export async function becomeMember(
  user: User,
  room: string,
  role: "owner" | "member",
): Promise<boolean> {
  if ((await countMemberships(user.id)) >= MAX_ROOMS) {
    throw new ClientError("forbidden", `You are in ${MAX_ROOMS} rooms; leave one first`);
  }
  const { seq, count } = await readHead(room);
  const added = await putMembership(user.id, { room, role, read: { seq, count } });
  await mendListing(user, room);
  return added;
}

/** The room's list of members is written after the authority, and here again after a crash between. */
export async function mendListing(user: User, room: string): Promise<void> {
  if (!(await isListed(room, user.id))) await putMember(room, user);
}

/** Tells a room, if it is small enough for notices, that a membership began. */
export async function tellJoined(room: string, user: User, except: string): Promise<void> {
  const lives = (await audience(room)).filter(({ connectionId }) => connectionId !== except);
  await tell(room, lives, serverEvent("joined", { room, user }));
}
