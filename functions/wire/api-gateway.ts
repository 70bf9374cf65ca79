/**
 * API Gateway's WebSocket events, as far as they are read here. (`@types/aws-lambda` lacks headers
 * and disconnect fields, and types `messageId` as always present.)
 */
export interface SocketEvent {
  requestContext: {
    eventType: "CONNECT" | "MESSAGE" | "DISCONNECT";
    routeKey: string;
    connectionId: string;
    /** ms since the epoch */
    connectedAt: number;
    disconnectStatusCode?: number | null;
    disconnectReason?: string | null;
  };
  headers?: Record<string, string> | null;
  queryStringParameters?: Record<string, string> | null;
  /** Absent for an empty frame. */
  body?: string | null;
}

/** The route response's body goes to the client as it is; without one, nothing goes. */
export interface SocketResult {
  statusCode: number;
  body?: string;
}
