import { defaultRoute } from "./default.ts";
import { disconnect } from "./disconnect.ts";
import { joinRoom } from "./joinRoom.ts";
import { message } from "./message.ts";
import { connect } from "./open-connection.ts";
import type { SocketEvent, SocketResult } from "./wire/api-gateway.ts";

/**
 * The function behind the five routes: one, so that opening the page warms what the first message
 * needs. The event type is looked at first, since a client can name any route in a frame.
 */
export async function handler(event: SocketEvent): Promise<SocketResult> {
  const { eventType, routeKey } = event.requestContext;
  if (eventType === "CONNECT") return connect(event);
  if (eventType === "DISCONNECT") return disconnect(event);
  if (routeKey === "message") return message(event);
  if (routeKey === "joinRoom") return joinRoom(event);
  return defaultRoute(event);
}
