import { listMember, type Member, unlistMember } from "../../store/member-list.ts";
import { getMembership } from "../../store/memberships.ts";
import { getUser } from "../../store/users.ts";
import { settled } from "../settled.ts";

/**
 * Brings a room's list of members in line with the membership and the name.
 * @param known the member as just written, if that is known
 */
export async function settleListing(userId: string, room: string, known?: Member): Promise<void> {
  const look = () => current(userId, room);
  await settled(
    known ?? (await look()),
    (member) => (member ? listMember(room, member) : unlistMember(room, userId)),
    look,
  );
}

async function current(userId: string, room: string): Promise<Member | undefined> {
  const [membership, user] = await Promise.all([getMembership(userId, room), getUser(userId)]);
  return membership && user && { user, since: membership.since };
}
