import { randomUUID } from "node:crypto";
import type { AckData, ClientData } from "../../protocol/events.ts";
import { serverEvent } from "../../protocol/events.ts";
import { LOBBY } from "../../protocol/rooms.ts";
import { tell } from "../chat/telling/tell.ts";
import { setPlain } from "../store/live.ts";
import type { Context } from "../wire/serve.ts";
import { say } from "./message.ts";

/**
 * The event of Socket.IO's tutorial, so that its page works here: a message in the lobby, and the
 * plain string to those who have spoken like that, the sender too.
 */
export async function chatMessage(
  context: Context,
  text: ClientData<"chat message">,
): Promise<AckData["chat message"]> {
  const { entry, lives } = await say(context, { room: LOBBY, id: randomUUID(), text });
  const own = lives.find(({ connectionId }) => connectionId === context.connectionId);
  if (own && !own.isPlain) await setPlain(LOBBY, own.connectionId);
  const recipients = lives.filter((live) => live === own || live.isPlain);
  await tell(LOBBY, recipients, serverEvent("chat message", text, String(entry.at)));
  return { entry };
}
