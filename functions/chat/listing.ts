import { isDeepStrictEqual } from "node:util";
import {
  deleteMember,
  getMember,
  getMembership,
  type Member,
  putMember,
} from "../store/members.ts";
import { getUser } from "../store/people.ts";

/**
 * Brings a room's list of members in line with the membership and the name, which are looked at
 * again after each write: whoever writes last beside others then lists what is so.
 * @param known the member as just written, if that is known
 */
export async function settleListing(userId: string, room: string, known?: Member): Promise<void> {
  for (let member = known ?? (await current(userId, room)); ; ) {
    await (member ? putMember(room, member) : deleteMember(room, userId));
    const now = await current(userId, room);
    if (isDeepStrictEqual(now, member)) return;
    member = now;
  }
}

/** The same for a member, after a crash between membership and listing. */
export async function mendListing(userId: string, room: string): Promise<void> {
  if (!(await getMember(room, userId))) await settleListing(userId, room);
}

async function current(userId: string, room: string): Promise<Member | undefined> {
  const [membership, user] = await Promise.all([getMembership(userId, room), getUser(userId)]);
  return membership && user && { user, since: membership.since };
}
