import { ClientError } from "../../protocol/errors.ts";
import { requireMember, requireUser } from "../chat/access.ts";
import { charge } from "../chat/budget.ts";
import { becomeMember, mendMembership, requireSpace } from "../chat/rooms/join-and-leave.ts";
import { tellMembership } from "../chat/telling/notices.ts";
import { isMember } from "../store/memberships.ts";
import type { ChatEvent } from "./chat-event.ts";

/** Makes another person a member, in all of that person's connections. Any member may do this. */
export const invite: ChatEvent<"invite"> = async ({ connectionId }, { room: id, user: userId }) => {
  const { user: inviter, room } = await requireMember(connectionId, id);
  if (room.kind === "direct") throw new ClientError("forbidden", "A direct room has two members");
  const user = await requireUser(userId);
  if (await isMember(userId, id)) {
    // An earlier try may have crashed.
    await mendMembership(user, id);
    return {};
  }
  await charge(inviter, "invite");
  await requireSpace(user);
  const n = await becomeMember(user, id);
  if (n) await tellMembership("joined", { room: id, user, n });
  return {};
};
