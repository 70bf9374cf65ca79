import { chat } from "./events/app.ts";
import { joinRoom as event } from "./events/joinRoom.ts";
import type { SocketEvent, SocketResult } from "./wire/api-gateway.ts";
import { serve } from "./wire/serve.ts";

/** The route `joinRoom`. */
export function joinRoom(frame: SocketEvent): Promise<SocketResult> {
  return serve(frame, chat({ joinRoom: event }));
}
