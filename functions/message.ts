import { chat } from "./events/app.ts";
import { message as event } from "./events/message.ts";
import type { SocketEvent, SocketResult } from "./wire/api-gateway.ts";
import { serve } from "./wire/serve.ts";

/** The route `message`. */
export function message(frame: SocketEvent): Promise<SocketResult> {
  return serve(frame, chat({ message: event }));
}
