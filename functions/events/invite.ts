import { ClientError } from "../../protocol/errors.ts";
import { noPerson, requireMember } from "../chat/access.ts";
import { charge } from "../chat/budget.ts";
import { becomeMember, mendMembership } from "../chat/rooms/join-and-leave.ts";
import { tellMembership } from "../chat/telling/notices.ts";
import { askLive } from "../store/live.ts";
import { askMembership } from "../store/memberships.ts";
import { askRoom } from "../store/room-records.ts";
import { getTogether } from "../store/table.ts";
import { askPerson } from "../store/users.ts";
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
  if (record?.kind === "direct")
    throw new ClientError("forbidden", "A direct room has two members");
  if (!person) throw noPerson();
  const { user } = person;
  if (membership) {
    // An earlier try may have crashed.
    await mendMembership(user, room);
    return {};
  }
  await charge(inviter, "invite");
  const n = (await becomeMember(user, room, undefined, { person, record }))?.since;
  if (n) await tellMembership("joined", { room, user, n });
  return {};
};
