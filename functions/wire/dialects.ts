import { decodeEnvelope, encodeEnvelope } from "../../protocol/envelope.ts";
import type { Dialect, Incoming, Packet } from "../../protocol/packet.ts";
import { decodeRaw, encodeRaw } from "../../protocol/raw.ts";
import { post } from "../aws/posts.ts";

interface Codec {
  encode(packet: Packet): string;
  /** @throws {FrameError} */
  decode(frame: string): Incoming;
}

/** Past these, a packet does not tell which dialect carried it. */
export const dialects: Record<Dialect, Codec> = {
  envelope: { encode: encodeEnvelope, decode: decodeEnvelope },
  raw: { encode: encodeRaw, decode: decodeRaw },
};

/**
 * The dialect of a frame, by its first character: an Engine.IO packet begins with its type or with
 * the `b` of base64, an envelope with a brace. So no table has to be read.
 */
export function dialectOf(frame: string): Dialect {
  return /^[0-6b]/.test(frame) ? "raw" : "envelope";
}

/** ms that an ack waits for pushes; the function `deliver` goes on with what is left then. */
const WITHIN_MS = 2_000;

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
