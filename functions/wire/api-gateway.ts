import type { Dialect, Packet } from "../../protocol/packet.ts";
import { NOOP } from "../../protocol/raw.ts";
import { dialects } from "./dialects.ts";

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

/**
 * The route response. It is not known whether API Gateway sends an empty frame for one without a
 * body. That would end a stock client, which gets Engine.IO's noop; envelope clients ignore it.
 */
export function respond(packet: Packet | undefined, dialect: Dialect): SocketResult {
  if (packet) return { statusCode: 200, body: dialects[dialect].encode(packet) };
  return dialect === "raw" ? { statusCode: 200, body: NOOP } : { statusCode: 200 };
}
