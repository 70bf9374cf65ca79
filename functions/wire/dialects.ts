import { decodeEnvelope, encodeEnvelope } from "../../protocol/envelope.ts";
import type { Incoming, Packet } from "../../protocol/packet.ts";
import { decodeRaw, encodeRaw } from "../../protocol/raw.ts";
import type { Dialect } from "../store/items.ts";

interface Codec {
  encode(packet: Packet): string;
  /** @throws {FrameError} */
  decode(frame: string): Incoming;
}

/** The edge: behind it a packet does not tell which dialect carried it. */
export const dialects: Record<Dialect, Codec> = {
  envelope: { encode: encodeEnvelope, decode: decodeEnvelope },
  raw: { encode: encodeRaw, decode: decodeRaw },
};

/**
 * The dialect that a frame is in, by its first character: an Engine.IO packet begins with its
 * type, or with the `b` of base64, an envelope with a brace. So no table needs to be asked.
 */
export function dialectOf(frame: string): Dialect {
  return /^[0-6b]/.test(frame) ? "raw" : "envelope";
}
