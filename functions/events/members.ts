import { ClientError } from "../../protocol/errors.ts";
import { LOBBY } from "../../protocol/rooms.ts";
import {
  noPerson,
  noRoom,
  notMember,
  refuse,
  requireConnection,
  requireMember,
  requireOwner,
  withOwner,
} from "../chat/access.ts";
import { charge } from "../chat/budget.ts";
import { becomeMember, endMembership, mendMembership } from "../chat/rooms/join-and-leave.ts";
import { tellMembership } from "../chat/telling/notices.ts";
import { askLive } from "../store/live.ts";
import { askMembership } from "../store/memberships.ts";
import { askRoom } from "../store/room-records.ts";
import { getTogether } from "../store/table.ts";
import { askPerson, getPerson } from "../store/users.ts";
import type { ChatEvent } from "../wire/serve.ts";

/** Makes another person a member, in all of that person's connections. Any member may do this. */
export const invite: ChatEvent<"invite"> = async ({ connectionId }, { room, user: userId }) => {
  const [live, record, person, membership] = await getTogether(
    askLive(room, connectionId),
    askRoom(room),
    askPerson(userId),
    askMembership(userId, room),
  );
  const { user: inviter } = live ?? (await requireMember(connectionId, room));
  if (!record) throw noRoom();
  if (record.kind === "direct") throw new ClientError("forbidden", "A direct room has two members");
  if (!person) throw noPerson();
  const { user } = person;
  if (membership) {
    // An earlier try may have crashed.
    await mendMembership(user, room);
    return {};
  }
  await charge(inviter, "invite");
  const n = (await becomeMember(user, record, undefined, { person }))?.since;
  if (n) await tellMembership("joined", { room, user, n });
  return {};
};

/** Ends another person's membership, which the owner may do. */
export const remove: ChatEvent<"remove"> = async ({ connectionId }, { room: id, user: userId }) => {
  const { user: owner } = await requireOwner(connectionId, id);
  if (userId === owner.id) throw new ClientError("forbidden", "Leave the room instead");
  const person = await getPerson(userId);
  if (!person) throw noPerson();
  if (!(await endMembership(person.user, id))) throw notMember();
  return {};
};

/**
 * Ends the membership, in all of the person's connections. A person who has left a direct room is
 * in it again when one of the two asks for it again.
 */
export const leaveRoom: ChatEvent<"leaveRoom"> = async ({ connectionId }, { room: id }) => {
  const [live, room] = await getTogether(askLive(id, connectionId), askRoom(id));
  const { user } = live ?? (await requireConnection(connectionId));
  if (id === LOBBY) throw new ClientError("forbidden", "Nobody can leave the lobby");
  if (!(await endMembership(user, id, connectionId))) await refuse(connectionId, id);
  if (room?.owner === user.id) await withOwner(room);
  return {};
};
