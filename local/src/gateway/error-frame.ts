import type { SocketEvent } from "./events.ts";

/** The frame that API Gateway itself answers with, to the space. */
export function errorFrame(message: string, connectionId: string, requestId: string): string {
  return `{"message": "${message}", "connectionId":"${connectionId}", "requestId":"${requestId}"}`;
}

/** The same for a message that has got as far as an event. */
export function failure(message: string, { requestContext }: SocketEvent): string {
  return errorFrame(message, requestContext.connectionId, requestContext.requestId);
}
