import type { AckData, ClientData } from "../../protocol/events.ts";
import { serverEvent } from "../../protocol/events.ts";
import { TYPING_EVERY_MS } from "../../protocol/limits.ts";
import { requireLive } from "../chat/access.ts";
import { audience } from "../chat/telling/notices.ts";
import { tell } from "../chat/telling/tell.ts";
import { noteTyping } from "../store/live.ts";
import type { Context } from "../wire/serve.ts";

/** Tells others who watch the room, if it is small enough for notices; more often, it tells nobody. */
export async function typing(
  { connectionId }: Context,
  { room }: ClientData<"typing">,
): Promise<AckData["typing"]> {
  const live = await noteTyping(room, connectionId, TYPING_EVERY_MS);
  if (!live) {
    await requireLive(connectionId, room);
    return {};
  }
  const { user } = live;
  const others = (await audience(room)).filter((one) => one.watching && one.user.id !== user.id);
  await tell(room, others, serverEvent("typing", { room, user }));
  return {};
}
