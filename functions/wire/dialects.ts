import { decodeEnvelope, encodeEnvelope } from "../../protocol/envelope.ts";
import type { Dialect, Incoming, Packet } from "../../protocol/packet.ts";
import { decodeRaw, encodeRaw, NOOP } from "../../protocol/raw.ts";
import { handOver } from "../aws/invocations.ts";
import { type Outcome, post } from "../aws/posts.ts";

/**
 * The parts of API Gateway's WebSocket events that are read here. (`@types/aws-lambda` lacks
 * headers and disconnect fields, and types `messageId` as always present.)
 */
export interface SocketEvent {
  requestContext: {
    eventType: "CONNECT" | "MESSAGE" | "DISCONNECT";
    connectionId: string;
    /** ms since the epoch */
    connectedAt: number;
    identity?: { userAgent?: string | null } | null;
    disconnectStatusCode?: number | null;
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

interface Codec {
  encode(packet: Packet): string;
  /** @throws {FrameError} */
  decode(frame: string): Incoming;
}

/** The code behind this table does not know which dialect carried a packet. */
export const dialects: Record<Dialect, Codec> = {
  envelope: { encode: encodeEnvelope, decode: decodeEnvelope },
  raw: { encode: encodeRaw, decode: decodeRaw },
};

/**
 * The dialect of a frame, by its first character: an Engine.IO packet begins with its type or with
 * the `b` of base64, an envelope with a brace. So no read of a table is needed.
 */
export function dialectOf(frame: string): Dialect {
  return /^[0-6b]/.test(frame) ? "raw" : "envelope";
}

/**
 * The route response. It is not known whether API Gateway sends an empty frame for one without a
 * body. That would end a stock client, which gets Engine.IO's noop; envelope clients ignore it.
 */
export function respond(packet: Packet | undefined, dialect: Dialect): SocketResult {
  if (packet) return { statusCode: 200, body: dialects[dialect].encode(packet) };
  return dialect === "raw" ? { statusCode: 200, body: NOOP } : { statusCode: 200 };
}

/** ms for which an ack waits for pushes. */
const WITHIN_MS = 300;

export interface Recipient {
  connectionId: string;
  dialect: Dialect;
}

/**
 * Pushes a packet to connections. The function `deliver` continues with what does not get through in
 * time.
 * @returns the connections that are gone
 */
export async function push(recipients: readonly Recipient[], packet: Packet): Promise<string[]> {
  const { gone, left } = await tryToPush(recipients, packet);
  if (left.length > 0) await handOver(left);
  return gone;
}

/** Pushes a packet without help of `deliver`: what does not get through in time is left. */
export function tryToPush(
  recipients: readonly Recipient[],
  packet: Packet,
  withinMs = WITHIN_MS,
): Promise<Outcome> {
  // Encoded once for each dialect.
  const bodies = new Map<Dialect, string>();
  const posts = recipients.map(({ connectionId, dialect }) => {
    const body = bodies.get(dialect) ?? dialects[dialect].encode(packet);
    bodies.set(dialect, body);
    return { connectionId, body };
  });
  return post(posts, withinMs);
}
