import type { AckData, ClientData } from "../../protocol/events.ts";
import { notOwner, requireOwner } from "../chat/access.ts";
import { tellFacts } from "../chat/rooms/ownership.ts";
import { viewRoom } from "../chat/rooms/room-view.ts";
import { changeRoom } from "../store/room-records.ts";
import type { Context } from "../wire/serve.ts";

/** Names a room anew or says what it is about: the room first, the directory's listing after. */
export async function setRoom(
  { connectionId, acked }: Context,
  data: ClientData<"setRoom">,
): Promise<AckData["setRoom"]> {
  const { user, membership } = await requireOwner(connectionId, data.room);
  const changed = await changeRoom(data.room, user.id, data);
  if (!changed) throw notOwner();
  const room = await tellFacts(changed, acked);
  return { room: await viewRoom(room, user.id, membership) };
}
