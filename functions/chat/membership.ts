import { ClientError } from "../../protocol/errors.ts";
import { serverEvent } from "../../protocol/events.ts";
import { MAX_ROOMS } from "../../protocol/limits.ts";
import type { User } from "../../protocol/model.ts";
import { readHead } from "../store/history.ts";
import { countMemberships, putMembership } from "../store/members.ts";
import { createPublicRoom, getRoom, type RoomRecord } from "../store/rooms.ts";
import { settleListing } from "./listing.ts";
import { LOBBY } from "./lobby.ts";
import { audience } from "./notices.ts";
import { settleOwner } from "./ownership.ts";
import { endMembership } from "./removal.ts";
import { tell } from "./tell.ts";

/** Ids that no client can make a room by naming: those of private and of direct rooms. */
export const RESERVED = /^[pd]-/;

/** The public room of that id, made if it is new. @throws {ClientError} */
export async function openPublicRoom(id: string, user: User): Promise<RoomRecord> {
  const existing = await getRoom(id);
  if (existing) return existing;
  if (RESERVED.test(id)) throw new ClientError("not_found", "There is no such room");
  if (id !== LOBBY) await requireSpace(user);
  const room = id === LOBBY ? { id, name: "Lobby" } : { id, name: id, owner: user.id };
  return (await createPublicRoom(room)).room;
}

/** @throws {ClientError} `forbidden` if the person is in `MAX_ROOMS` rooms */
export async function requireSpace({ id }: User): Promise<void> {
  if ((await countMemberships(id)) >= MAX_ROOMS) throw full();
}

/**
 * Makes the person a member. What was said before is not unread to a newcomer.
 * @returns false if the person was one already
 * @throws {ClientError} `forbidden` above `MAX_ROOMS`
 */
export async function becomeMember(user: User, room: string): Promise<boolean> {
  await requireSpace(user);
  const { seq, count } = await readHead(room);
  const read = { seq, count };
  const since = Date.now();
  const added = await putMembership(user.id, { room, since, read });
  await settleListing(user.id, room, added ? { user, since } : undefined);
  if (added && (await countMemberships(user.id)) > MAX_ROOMS) {
    // Others began meanwhile, in another tab or by invitation.
    await endMembership(user, room);
    throw full();
  }
  await settleOwner(room);
  return added;
}

function full(): ClientError {
  return new ClientError("forbidden", `A person can be in ${MAX_ROOMS} rooms at most`);
}

/** Tells a room, if it is small enough for notices, that a membership began. */
export async function tellJoined(room: string, user: User, except?: string): Promise<void> {
  const lives = (await audience(room)).filter(({ connectionId }) => connectionId !== except);
  await tell(room, lives, serverEvent("joined", { room, user }));
}
