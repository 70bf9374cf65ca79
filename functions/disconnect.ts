import { settle } from "./chat/telling/tell.ts";
import { log } from "./log.ts";
import type { SocketEvent, SocketResult } from "./wire/api-gateway.ts";

/** `$disconnect`, which API Gateway promises only as best effort: `sweep` finds what it missed. */
export async function disconnect(event: SocketEvent): Promise<SocketResult> {
  const { connectionId, disconnectStatusCode: code } = event.requestContext;
  log.info("connection closed", { connectionId, code });
  await settle({ gone: [connectionId] });
  return { statusCode: 200 };
}
