import { TYPING_EVERY_MS } from "../../protocol/limits.ts";
import { requireLive } from "../chat/access.ts";
import { tellTyping } from "../chat/telling/notices.ts";
import { countSent } from "../store/live.ts";
import type { ChatEvent } from "../wire/serve.ts";

/** Tells the others who watch the room, every 3 s at most, if it is small enough for notices. */
export const typing: ChatEvent<"typing"> = async ({ connectionId }, { room }) => {
  const live = await countSent(room, connectionId, "typedAt", { most: 1, ms: TYPING_EVERY_MS });
  if (!live) {
    await requireLive(connectionId, room);
    return {};
  }
  await tellTyping(room, live.user);
  return {};
};
