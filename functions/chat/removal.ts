import { serverEvent } from "../../protocol/events.ts";
import type { User } from "../../protocol/model.ts";
import { parallel } from "../parallel.ts";
import { person } from "../store/items.ts";
import { type Live, queryLive } from "../store/live.ts";
import { deleteMembership, getMember, getMembership } from "../store/members.ts";
import { settleListing } from "./listing.ts";
import { audience } from "./notices.ts";
import { settleOwner } from "./ownership.ts";
import { subscribeTabs, unsubscribe } from "./subscribe.ts";
import { tell } from "./tell.ts";
import { tellNew } from "./welcome.ts";

/**
 * Ends a membership, in all of the person's connections, which hear so. The list of members comes
 * last: who is still on it without a membership is one whose end has broken off, and ends again.
 * @param except the connection that an ack tells
 * @returns false if there was no membership
 */
export async function endMembership(user: User, room: string, except?: string): Promise<boolean> {
  // The membership first: a connection that is subscribed meanwhile looks at it last.
  const ended = await deleteMembership(user.id, room);
  if (!ended && !(await getMember(room, user.id))) return false;
  const tabs = await queryLive(person(user.id));
  await leave(room, tabs, except);
  if (await getMembership(user.id, room)) {
    // It has begun again meanwhile: subscriptions went with the rest, and what told of it may have
    // come before what was told here.
    await subscribeTabs(room, user.id);
    await tellNew(user, room, tabs);
    return true;
  }
  await settleOwner(room);
  await settleListing(user.id, room);
  await tell(room, await audience(room), serverEvent("left", { room, user }));
  return true;
}

/** Tells before the membership is looked at again: after that, somebody else may tell of a new one. */
async function leave(room: string, tabs: readonly Live[], except?: string): Promise<void> {
  await parallel(tabs, ({ connectionId }) => unsubscribe(room, connectionId));
  const others = tabs.filter(({ connectionId }) => connectionId !== except);
  await tell(room, others, serverEvent("room", { id: room, gone: true }));
}
