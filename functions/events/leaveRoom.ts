import { ClientError } from "../../protocol/errors.ts";
import { LOBBY } from "../../protocol/rooms.ts";
import { refuse, requireConnection, withOwner } from "../chat/access.ts";
import { endMembership } from "../chat/rooms/join-and-leave.ts";
import { askLive } from "../store/live.ts";
import { askRoom } from "../store/room-records.ts";
import { getTogether } from "../store/table.ts";
import type { ChatEvent } from "../wire/serve.ts";

/**
 * Ends the membership, in all of the person's connections. A person who has left a direct room is
 * in it again when one of the two asks for it again.
 */
export const leaveRoom: ChatEvent<"leaveRoom"> = async ({ connectionId }, { room: id }) => {
  const [live, room] = await getTogether(askLive(id, connectionId), askRoom(id));
  const { user } = live ?? (await requireConnection(connectionId));
  if (id === LOBBY) throw new ClientError("forbidden", "Nobody can leave the lobby");
  if (!(await endMembership(user, id, connectionId))) await refuse(connectionId, id);
  if (room?.owner === user.id) await withOwner(room);
  return {};
};
