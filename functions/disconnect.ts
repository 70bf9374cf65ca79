import { settle } from "./chat/tell.ts";
import type { SocketEvent, SocketResult } from "./socket/event.ts";
import { log } from "./socket/log.ts";

/** `$disconnect`, which API Gateway promises only as best effort: `sweep` finds what it missed. */
export async function disconnect(event: SocketEvent): Promise<SocketResult> {
  const { connectionId, disconnectStatusCode: code } = event.requestContext;
  log.info("connection closed", { connectionId, code });
  await settle({ gone: [connectionId], left: [] });
  return { statusCode: 200 };
}
