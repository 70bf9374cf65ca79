import { createHash } from "node:crypto";
import { ClientError } from "../../protocol/errors.ts";
import type { AckData, ClientData } from "../../protocol/events.ts";
import type { User } from "../../protocol/model.ts";
import { DIRECT_PREFIX } from "../../protocol/rooms.ts";
import { requireConnection, requireUser } from "../chat/access.ts";
import { becomeMember, mendMembership, requireSpace } from "../chat/rooms/membership.ts";
import { endMembership } from "../chat/rooms/removal.ts";
import { viewRoom } from "../chat/rooms/room-view.ts";
import { subscribeIfNew } from "../chat/subscribe.ts";
import { getMembership, isMember } from "../store/memberships.ts";
import { putRoom } from "../store/room-records.ts";

import type { Context } from "../wire/serve.ts";

/** The one room of two people, made if it is new; all connections of both are in it. */
export async function direct(
  context: Context,
  data: ClientData<"direct">,
): Promise<AckData["direct"]> {
  const { connectionId, dialect, acked } = context;
  const { user } = await requireConnection(connectionId);
  if (data.user === user.id) throw new ClientError("bad_request", "That is yourself");
  const other = await requireUser(data.user);
  const users = [user.id, other.id].toSorted();
  const id = `${DIRECT_PREFIX}${createHash("sha256").update(users.join(" ")).digest("hex").slice(0, 40)}`;

  const own = acked;
  const newcomers = await missing(id, [user, other]);
  for (const one of newcomers) await requireSpace(one);
  const { room } = await putRoom({ id, name: "", kind: "direct", users });
  const entered: User[] = [];
  try {
    for (const one of newcomers) {
      if (await becomeMember(one, id, own)) entered.push(one);
    }
  } catch (error) {
    // One of the two has come into the last room there is space for, meanwhile.
    for (const one of entered) await endMembership(one, id);
    throw error;
  }
  for (const one of [user, other]) {
    if (!newcomers.includes(one)) await mendMembership(one, id, own);
  }
  await subscribeIfNew(id, { connectionId, user, dialect, watching: false });
  const membership = await getMembership(user.id, id);
  if (!membership) throw new ClientError("not_found", "The room has been left meanwhile");
  return { room: await viewRoom(room, user.id, membership) };
}

async function missing(room: string, users: readonly User[]): Promise<User[]> {
  const members = await Promise.all(users.map(({ id }) => isMember(id, room)));
  return users.filter((_, index) => !members[index]);
}
