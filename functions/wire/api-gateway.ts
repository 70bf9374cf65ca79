/**
 * The parts of API Gateway's WebSocket events that are read here. (`@types/aws-lambda` lacks
 * headers and disconnect fields, and types `messageId` as always present.)
 */
export interface SocketEvent {
  requestContext: {
    eventType: "CONNECT" | "MESSAGE" | "DISCONNECT";
    routeKey: string;
    connectionId: string;
    /** ms since the epoch */
    connectedAt: number;
    identity?: { userAgent?: string | null } | null;
    disconnectStatusCode?: number | null;
    disconnectReason?: string | null;
  };
  headers?: Record<string, string> | null;
  queryStringParameters?: Record<string, string> | null;
  /** Absent for an empty frame. */
  body?: string | null;
}

/** The body of a route response is sent to the client as it is. */
export interface SocketResult {
  statusCode: number;
  body?: string;
}
