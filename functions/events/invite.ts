import { ClientError } from "../../protocol/errors.ts";
import { requireMember, requireUser } from "../chat/access.ts";
import { becomeMember, mendMembership } from "../chat/rooms/membership.ts";
import { tellJoined } from "../chat/telling/comings.ts";
import { isMember } from "../store/memberships.ts";
import { handler } from "./handler.ts";

/** Makes somebody else a member, which any member may do; all that person's connections are in. */
export const invite = handler("invite", async ({ connectionId }, { room: id, user: userId }) => {
  const { room } = await requireMember(connectionId, id);
  if (room.kind === "direct") throw new ClientError("forbidden", "A direct room is for two");
  const user = await requireUser(userId);
  // An earlier try may have broken off.
  if (await isMember(userId, id)) await mendMembership(user, id);
  else if (await becomeMember(user, id)) await tellJoined(id, user);
  return {};
});
