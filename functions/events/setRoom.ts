import { randomBytes } from "node:crypto";
import { ClientError } from "../../protocol/errors.ts";
import { notMember, notOwner, requireOwner } from "../chat/access.ts";
import { charge } from "../chat/budget.ts";
import { viewRoom } from "../chat/rooms/room-view.ts";
import { tellChanged } from "../chat/telling/notices.ts";
import { isMember } from "../store/memberships.ts";
import { changeRoom } from "../store/room-records.ts";
import type { ChatEvent } from "../wire/serve.ts";

/**
 * Changes a room's name or topic, makes or ends its invitation, or hands it over to a member. The room is written first, its
 * listing in the directory after it.
 */
export const setRoom: ChatEvent<"setRoom"> = async ({ connectionId, acked }, data) => {
  const { user, room, membership } = await requireOwner(connectionId, data.room);
  if (data.invite !== undefined && room.kind !== "private") {
    throw new ClientError("forbidden", "Only a private room has an invitation");
  }
  await charge(user, "setRoom");
  if (data.owner !== undefined && !(await isMember(data.owner, data.room))) throw notMember();
  const code = data.invite ? randomBytes(16).toString("base64url") : "";
  const invite = data.invite === undefined ? undefined : code;
  const changed = await changeRoom(data.room, user.id, { ...data, invite });
  if (!changed) throw notOwner();
  await tellChanged(changed, { acked });
  return { room: await viewRoom(changed, user.id, membership), invite: changed.invite };
};
