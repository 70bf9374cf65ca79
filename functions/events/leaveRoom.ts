import { ClientError } from "../../protocol/errors.ts";
import type { AckData, ClientData } from "../../protocol/events.ts";
import { LOBBY } from "../../protocol/rooms.ts";
import { refuse, requireConnection } from "../chat/access.ts";
import { endMembership } from "../chat/rooms/removal.ts";
import type { Context } from "../wire/serve.ts";

/**
 * Ends the membership, in all of the person's connections. Who leaves a direct room is in it again
 * when one of the two asks for it again.
 */
export async function leaveRoom(
  { connectionId }: Context,
  { room }: ClientData<"leaveRoom">,
): Promise<AckData["leaveRoom"]> {
  const { user } = await requireConnection(connectionId);
  if (room === LOBBY) throw new ClientError("forbidden", "Everyone is in the lobby");
  if (!(await endMembership(user, room, connectionId))) await refuse(connectionId, room);
  return {};
}
