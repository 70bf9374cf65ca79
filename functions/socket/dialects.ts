import { decodeEnvelope, encodeEnvelope } from "../../protocol/envelope.ts";
import type { Packet } from "../../protocol/packet.ts";
import type { Dialect } from "../store/items.ts";

interface Codec {
  encode(packet: Packet): string;
  /** @throws {FrameError} */
  decode(frame: string): Packet;
}

/** The edge: behind it a packet does not tell which dialect carried it. */
export const dialects: Record<Dialect, Codec> = {
  envelope: { encode: encodeEnvelope, decode: decodeEnvelope },
};
