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
 * Changes a room's name or topic, makes or ends its invitation, or hands it over to a member. The room
 * is written first, its listing in the directory after it.
 */
export const setRoom: ChatEvent<"setRoom"> = async ({ connectionId, acked }, data) => {
  const { room: id, invite, ...changes } = data;
  const { user, room, membership } = await requireOwner(connectionId, id);
  if (invite !== undefined && room.kind !== "private") {
    throw new ClientError("forbidden", "Only a private room has an invitation");
  }
  await charge(user, "setRoom");
  if (changes.owner !== undefined && !(await isMember(changes.owner, id))) throw notMember();
  const code = invite ? randomBytes(16).toString("base64url") : "";
  const change = invite === undefined ? changes : { ...changes, invite: code };
  const changed = await changeRoom(id, user.id, change);
  if (!changed) throw notOwner();
  await tellChanged(changed, { acked });
  const view = await viewRoom(changed, user.id, membership);
  return { room: view, invite: view.invite };
};
