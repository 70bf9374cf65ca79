import { serverEvent } from "../../protocol/events.ts";
import type { User } from "../../protocol/model.ts";
import { parallel } from "../parallel.ts";
import { person } from "../store/items.ts";
import { getLive, type Live, queryLive } from "../store/live.ts";
import { deleteMembership, getMember, getMembership } from "../store/members.ts";
import { settleListing } from "./listing.ts";
import { audience } from "./notices.ts";
import { settleOwner } from "./ownership.ts";
import { subscribeTabs, unsubscribe } from "./subscribe.ts";
import { tell } from "./tell.ts";
import { tellNew } from "./welcome.ts";

/**
 * Ends a membership, in all of the person's connections, which hear so. Where there is none any
 * more, it finishes what an earlier try may have left.
 * @param except the connection that an ack tells
 * @returns false if there was no membership
 */
export async function endMembership(user: User, room: string, except?: string): Promise<boolean> {
  // The membership first: a connection that is subscribed meanwhile looks at it last.
  const ended = await deleteMembership(user.id, room);
  if (ended || (await getMember(room, user.id))) await settleListing(user.id, room);
  const tabs = await parallel(await queryLive(person(user.id)), async (tab) =>
    ended || (await getLive(room, tab.connectionId)) ? [tab] : [],
  );
  await leave(room, tabs.flat(), except);
  if (await getMembership(user.id, room)) {
    // It has begun again meanwhile, and its subscriptions went with the rest.
    await tellNew(user, room, await subscribeTabs(room, user.id));
    return ended;
  }
  await settleOwner(room);
  if (ended) await tell(room, await audience(room), serverEvent("left", { room, user }));
  return ended;
}

/** Tells before the membership is looked at again: after that, somebody else may tell of a new one. */
async function leave(room: string, tabs: readonly Live[], except?: string): Promise<void> {
  await parallel(tabs, ({ connectionId }) => unsubscribe(room, connectionId));
  const others = tabs.filter(({ connectionId }) => connectionId !== except);
  await tell(room, others, serverEvent("room", { id: room, gone: true }));
}
