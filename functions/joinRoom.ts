import { chat } from "./chat/app.ts";
import { joinRoom as event } from "./chat/joinRoom.ts";
import type { SocketEvent, SocketResult } from "./socket/event.ts";
import { serve } from "./socket/serve.ts";

/** The route `joinRoom`. */
export function joinRoom(frame: SocketEvent): Promise<SocketResult> {
  return serve(frame, chat({ joinRoom: event }));
}
