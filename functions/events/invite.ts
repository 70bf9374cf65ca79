import { ClientError } from "../../protocol/errors.ts";
import type { AckData, ClientData } from "../../protocol/events.ts";
import { requireMember, requireUser } from "../chat/access.ts";
import { becomeMember, mendMembership } from "../chat/rooms/membership.ts";
import { tellJoined } from "../chat/telling/comings.ts";
import { isMember } from "../store/memberships.ts";
import type { Context } from "../wire/serve.ts";

/** Makes somebody else a member, which any member may do; all that person's connections are in. */
export async function invite(
  { connectionId }: Context,
  { room: id, user: userId }: ClientData<"invite">,
): Promise<AckData["invite"]> {
  const { room } = await requireMember(connectionId, id);
  if (room.kind === "direct") throw new ClientError("forbidden", "A direct room is for two");
  const user = await requireUser(userId);
  // An earlier try may have broken off.
  if (await isMember(userId, id)) await mendMembership(user, id);
  else if (await becomeMember(user, id)) await tellJoined(id, user);
  return {};
}
