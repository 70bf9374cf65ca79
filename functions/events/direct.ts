import { ClientError } from "../../protocol/errors.ts";
import { DIRECT_PREFIX } from "../../protocol/rooms.ts";
import { noPerson, requireConnection } from "../chat/access.ts";
import { charge } from "../chat/budget.ts";
import { sha256 } from "../chat/identity/tokens.ts";
import {
  becomeMember,
  endMembership,
  mendMembership,
  requireSpace,
} from "../chat/rooms/join-and-leave.ts";
import { viewRoom } from "../chat/rooms/room-view.ts";
import { readHead } from "../store/entries.ts";
import { askMembership, getMembership, type Membership } from "../store/memberships.ts";
import { askRoom, putRoom, type RoomRecord } from "../store/room-records.ts";
import { getTogether } from "../store/table.ts";
import { askPerson, type Person } from "../store/users.ts";
import type { ChatEvent } from "../wire/serve.ts";

/** The one room of two people, made if it is new; all connections of both are in it. */
export const direct: ChatEvent<"direct"> = async ({ connectionId, acked }, data) => {
  const { user } = await requireConnection(connectionId);
  if (data.user === user.id) {
    throw new ClientError("bad_request", "A direct room is for two different people");
  }
  const users = [user.id, data.user].toSorted();
  const id = DIRECT_PREFIX + sha256(users.join(" ")).slice(0, 40);

  const [own, isIn, other, isOtherIn, record] = await getTogether(
    askPerson(user.id),
    askMembership(user.id, id),
    askPerson(data.user),
    askMembership(data.user, id),
    askRoom(id),
  );
  if (!own || !other) throw noPerson();
  const newcomers = [...(isIn ? [] : [own]), ...(isOtherIn ? [] : [other])];
  if (newcomers.length > 0) await charge(user, "direct");
  for (const { user } of newcomers) await requireSpace(user);
  const room = record ?? (await putRoom({ id, name: "", kind: "direct", users }));
  const begun = await enter(newcomers, room, acked);
  if (isIn) await mendMembership(user, id, acked);
  if (isOtherIn) await mendMembership(other.user, id);
  const membership = isIn ?? begun.get(own) ?? (await getMembership(user.id, id));
  return { room: await viewRoom(room, user.id, membership) };
};

/** @returns the memberships that have begun */
async function enter(newcomers: readonly Person[], record: RoomRecord, acked?: string) {
  const begun = new Map<Person, Membership>();
  if (newcomers.length === 0) return begun;
  const head = await readHead(record.id);
  try {
    for (const person of newcomers) {
      const membership = await becomeMember(person.user, record, acked, { person, head });
      if (membership) begun.set(person, membership);
    }
  } catch (error) {
    // One of the two has just joined another room, and has no space left for this one.
    for (const { user } of begun.keys()) await endMembership(user, record.id);
    throw error;
  }
  return begun;
}
