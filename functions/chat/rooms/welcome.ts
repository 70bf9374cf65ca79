import { serverEvent } from "../../../protocol/events.ts";
import type { User } from "../../../protocol/model.ts";
import type { Live } from "../../store/live.ts";
import { getMembership, isMember } from "../../store/memberships.ts";
import { getRoom } from "../../store/room-records.ts";
import { settled } from "../settled.ts";
import { subscribeTabs } from "../subscribe.ts";
import { tell } from "../telling/tell.ts";
import { viewRoom } from "./room-view.ts";

/**
 * Subscribes the person's connections to a room that is new to them, and tells them of it.
 * @param except a connection that sees to itself
 */
export async function welcome(user: User, room: string, except?: string): Promise<void> {
  const tabs = await subscribeTabs(room, user.id, except);
  if (tabs.length === 0) return;
  await settled(
    true,
    (isIn) => (isIn ? tellView(user, room, tabs) : tellGone(room, tabs)),
    () => isMember(user.id, room),
  );
}

/** Tells connections of a person of a room that is no longer theirs. */
export async function tellGone(room: string, tabs: readonly Live[]): Promise<void> {
  await tell(room, tabs, serverEvent("room", { id: room, gone: true }));
}

async function tellView(user: User, room: string, tabs: readonly Live[]): Promise<void> {
  const [record, membership] = await Promise.all([getRoom(room), getMembership(user.id, room)]);
  if (!record || !membership) return;
  const view = await viewRoom(record, user.id, membership);
  await tell(room, tabs, serverEvent("room", view));
}
