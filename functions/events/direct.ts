import { createHash } from "node:crypto";
import { ClientError } from "../../protocol/errors.ts";
import type { User } from "../../protocol/model.ts";
import { DIRECT_PREFIX } from "../../protocol/rooms.ts";
import { requireConnection, requireUser } from "../chat/access.ts";
import { charge } from "../chat/budget.ts";
import {
  becomeMember,
  endMembership,
  mendMembership,
  requireSpace,
} from "../chat/rooms/join-and-leave.ts";
import { viewRoom } from "../chat/rooms/room-view.ts";
import { subscribeIfNew } from "../chat/subscribe.ts";
import { isMember } from "../store/memberships.ts";
import { putRoom } from "../store/room-records.ts";
import type { ChatEvent } from "./chat-event.ts";

/** The one room of two people, made if it is new; all connections of both are in it. */
export const direct: ChatEvent<"direct"> = async ({ connectionId, dialect, acked }, data) => {
  const { user } = await requireConnection(connectionId);
  if (data.user === user.id) {
    throw new ClientError("bad_request", "A direct room is for two different people");
  }
  const other = await requireUser(data.user);
  const users = [user.id, other.id].toSorted();
  const hash = createHash("sha256").update(users.join(" ")).digest("hex");
  const id = DIRECT_PREFIX + hash.slice(0, 40);

  const areMembers = await Promise.all(users.map((one) => isMember(one, id)));
  const members = users.filter((_, index) => areMembers[index]);
  const newcomers = [user, other].filter((one) => !members.includes(one.id));
  if (newcomers.length > 0) await charge(user, "direct");
  for (const one of newcomers) await requireSpace(one);
  const { room } = await putRoom({ id, name: "", kind: "direct", users });
  await enter(newcomers, id, acked);
  for (const one of [user, other]) {
    if (members.includes(one.id)) await mendMembership(one, id, acked);
  }
  const membership = await subscribeIfNew(id, { connectionId, user, dialect, watching: false });
  return { room: await viewRoom(room, user.id, membership) };
};

async function enter(newcomers: readonly User[], id: string, acked?: string): Promise<void> {
  const entered: User[] = [];
  try {
    for (const one of newcomers) {
      if (await becomeMember(one, id, acked)) entered.push(one);
    }
  } catch (error) {
    // One of the two has come into the last room there is space for, meanwhile.
    for (const one of entered) await endMembership(one, id);
    throw error;
  }
}
