import { requireConnection, requireVisible } from "../chat/access.ts";
import { viewRoom } from "../chat/rooms/room-view.ts";
import { onlineIn } from "../chat/telling/presence.ts";
import type { ChatEvent } from "../wire/serve.ts";

/** Looks at a room without joining it: what a link to it leads to. */
export const getRoom: ChatEvent<"getRoom"> = async ({ connectionId }, { room: id, invite }) => {
  const { user } = await requireConnection(connectionId);
  const { room, membership } = await requireVisible(user, id, invite);
  const [view, online] = await Promise.all([viewRoom(room, user.id, membership), onlineIn(id)]);
  return { room: view, online };
};
