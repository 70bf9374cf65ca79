import { randomUUID } from "node:crypto";
import { serverEvent } from "../../protocol/events.ts";
import { LOBBY } from "../../protocol/rooms.ts";
import { tell } from "../chat/telling/tell.ts";
import { setPlain } from "../store/live.ts";
import { handler } from "./handler.ts";
import { say } from "./message.ts";

/**
 * The event of Socket.IO's tutorial, so that its page works here: a message in the lobby, and the
 * plain string to those who have spoken like that, the sender too.
 */
export const chatMessage = handler("chat message", async (context, text) => {
  const { entry, lives } = await say(context, { room: LOBBY, id: randomUUID(), text });
  const own = lives.find(({ connectionId }) => connectionId === context.connectionId);
  if (own && !own.isPlain) await setPlain(LOBBY, own.connectionId);
  const recipients = lives.filter((live) => live === own || live.isPlain);
  await tell(LOBBY, recipients, serverEvent("chat message", text, String(entry.at)));
  return { entry };
});
