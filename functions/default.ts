import { chat } from "./events/app.ts";
import { events } from "./events/event-table.ts";
import type { SocketEvent, SocketResult } from "./wire/api-gateway.ts";
import { serve } from "./wire/serve.ts";

/** The route `$default`: every packet that has no route of its own, and every frame that is none. */
export function defaultRoute(frame: SocketEvent): Promise<SocketResult> {
  return serve(frame, chat(events));
}
