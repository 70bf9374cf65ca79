import { chat } from "./chat/app.ts";
import { events } from "./chat/events.ts";
import type { SocketEvent, SocketResult } from "./socket/event.ts";
import { serve } from "./socket/serve.ts";

/** The route `$default`: every packet that has no route of its own, and every frame that is none. */
export function defaultRoute(frame: SocketEvent): Promise<SocketResult> {
  return serve(frame, chat(events));
}
