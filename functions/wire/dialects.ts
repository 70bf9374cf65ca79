import { decodeEnvelope, encodeEnvelope } from "../../protocol/envelope.ts";
import type { Dialect, Incoming, Packet } from "../../protocol/packet.ts";
import { decodeRaw, encodeRaw } from "../../protocol/raw.ts";
import { post } from "../aws/posts.ts";

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

/** ms for which an ack waits for pushes; the function `deliver` continues with the rest. */
const WITHIN_MS = 300;

export interface Recipient {
  connectionId: string;
  dialect: Dialect;
}

/** Pushes a packet to connections, encoded once for each dialect. */
export async function push(recipients: readonly Recipient[], packet: Packet, withinMs = WITHIN_MS) {
  const bodies = new Map<Dialect, string>();
  const posts = recipients.map(({ connectionId, dialect }) => {
    const body = bodies.get(dialect) ?? dialects[dialect].encode(packet);
    bodies.set(dialect, body);
    return { connectionId, body };
  });
  return post(posts, withinMs);
}
