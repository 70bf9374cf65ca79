import { ClientError } from "../../protocol/errors.ts";
import { getMembership } from "../store/members.ts";
import { requireMember, requireUser } from "./access.ts";
import { handler } from "./handler.ts";
import { mendListing } from "./listing.ts";
import { becomeMember, tellJoined } from "./membership.ts";
import { welcome } from "./welcome.ts";

/** Makes somebody else a member, which any member may do; all that person's connections are in. */
export const invite = handler("invite", async ({ connectionId }, { room: id, user: userId }) => {
  const { room } = await requireMember(connectionId, id);
  if (room.kind === "direct") throw new ClientError("forbidden", "A direct room is for two");
  const user = await requireUser(userId);
  if (await getMembership(userId, id)) {
    // An earlier try may have broken off here.
    await mendListing(userId, id);
    await welcome(user, id);
    return {};
  }
  const isNew = await becomeMember(user, id);
  await welcome(user, id);
  if (isNew) await tellJoined(id, user);
  return {};
});
