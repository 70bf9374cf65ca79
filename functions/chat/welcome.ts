import { serverEvent } from "../../protocol/events.ts";
import type { User } from "../../protocol/model.ts";
import type { Live } from "../store/live.ts";
import { getMembership } from "../store/members.ts";
import { getRoom } from "../store/rooms.ts";
import { subscribeTabs } from "./subscribe.ts";
import { tell } from "./tell.ts";
import { viewRoom } from "./view.ts";

/** Subscribes the person's connections to a room that they are not in yet, and tells them of it. */
export async function welcome(user: User, room: string, except?: string): Promise<void> {
  await tellNew(user, room, await subscribeTabs(room, user.id), except);
}

/** Tells connections of a person of a room that is new to them. */
export async function tellNew(
  user: User,
  room: string,
  tabs: readonly Live[],
  except?: string,
): Promise<void> {
  const others = tabs.filter(({ connectionId }) => connectionId !== except);
  if (others.length === 0) return;
  const [record, membership] = await Promise.all([getRoom(room), getMembership(user.id, room)]);
  if (!record || !membership) return;
  const view = await viewRoom(record, user.id, membership);
  await tell(room, others, serverEvent("room", view));
}
