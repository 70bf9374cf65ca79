import { chat } from "./chat/app.ts";
import { message as event } from "./chat/message.ts";
import type { SocketEvent, SocketResult } from "./socket/event.ts";
import { serve } from "./socket/serve.ts";

/** The route `message`. */
export function message(frame: SocketEvent): Promise<SocketResult> {
  return serve(frame, chat({ message: event }));
}
