import type { User } from "../../../protocol/model.ts";
import { parallel } from "../../parallel.ts";
import { person } from "../../store/items.ts";
import { queryLive } from "../../store/live.ts";
import { getListed } from "../../store/member-list.ts";
import { deleteMembership } from "../../store/memberships.ts";
import { unsubscribe } from "../subscribe.ts";
import { tellLeft } from "../telling/comings.ts";
import { settleListing } from "./listing.ts";
import { settleOwner } from "./ownership.ts";
import { tellGone, welcome } from "./welcome.ts";

/**
 * Ends a membership, in all of the person's connections, which hear so. The list of members comes
 * last: who is still on it without a membership is one whose end has broken off, and ends again.
 * @param leaving the connection that asked, where it is the person's own doing: the others hear of
 * it as everyone else does, besides
 * @returns false if there was no membership
 */
export async function endMembership(user: User, room: string, leaving?: string): Promise<boolean> {
  // The membership first: a connection that is subscribed meanwhile looks at it last.
  const ended = await deleteMembership(user.id, room);
  if (!ended && !(await getListed(room, user.id))) return false;
  const tabs = await queryLive(person(user.id));
  const others = tabs.filter(({ connectionId }) => connectionId !== leaving);
  await parallel(tabs, ({ connectionId }) => unsubscribe(room, connectionId));
  await tellGone(room, others);
  if (await tellLeft(room, user, leaving === undefined ? [] : others)) {
    // It has begun again meanwhile: subscriptions went with the rest, and what told of it may have
    // come before what was told here.
    await welcome(user, room);
    return true;
  }
  await settleOwner(room);
  await settleListing(user.id, room);
  return true;
}
