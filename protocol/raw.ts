import { decodePacket, encodePacket } from "engine.io-parser";
import {
  Decoder,
  Encoder,
  isPacketValid,
  PacketType,
  type Packet as SocketIoPacket,
} from "socket.io-parser";
import { FrameError } from "./errors.ts";
import type { Incoming, Packet } from "./packet.ts";
import { fromSocketIo, toSocketIo } from "./socket-io.ts";

/**
 * The raw dialect: Engine.IO v4 and Socket.IO v5 in text frames, as stock clients send them. Each
 * frame is decoded by itself, since frames can arrive in any order.
 */
export function encodeRaw(packet: Packet): string {
  if (packet.type === "ping") return encodeEngine("ping");
  const [text, ...attachments]: unknown[] = new Encoder().encode(toSocketIo(packet));
  if (typeof text !== "string" || attachments.length > 0) {
    throw new Error("Bytes cannot be sent; send a base64 string");
  }
  return encodeEngine("message", text);
}

/** Engine.IO's noop packet. */
export const NOOP = "6";

/** The open packet, with which a server begins a connection. */
export interface OpenPacket {
  sid: string;
  /** ms */
  pingInterval: number;
  /** ms */
  pingTimeout: number;
  /** Bytes */
  maxPayload: number;
}

export function encodeOpen({ sid, ...timers }: OpenPacket): string {
  return encodeEngine("open", JSON.stringify({ sid, upgrades: [], ...timers }));
}

function encodeEngine(type: "open" | "ping" | "message", data?: string): string {
  let frame = "";
  encodePacket({ type, data }, false, (encoded) => {
    frame = String(encoded);
  });
  return frame;
}

/** An event with attachments, which are sent in frames of their own. */
export class BinaryError extends FrameError {
  readonly nsp: string;

  constructor({ nsp, id }: SocketIoPacket) {
    super("Attachments are not supported; send bytes as a base64 string", id);
    this.nsp = nsp;
  }
}

/**
 * @throws {BinaryError} for an event that is refused while the connection stays
 * @throws {FrameError} for a frame that closes the connection
 */
export function decodeRaw(frame: string): Incoming {
  const { type, data } = decodePacket(frame);
  switch (type) {
    case "message":
      if (data === undefined) throw new FrameError("The packet is empty");
      // An attachment. Its event has been refused.
      if (typeof data !== "string") return { type: "noop" };
      return decodeMessage(data);
    case "close":
      return { type: "close" };
    case "pong":
    case "upgrade":
    case "noop":
      return { type: "noop" };
    default:
      throw new FrameError("Clients do not send such a packet");
  }
}

/** The header of an event or an ack with attachments. */
const BINARY = /^([56])[1-9]\d*-/;

function decodeMessage(text: string): Incoming {
  const [header, type] = BINARY.exec(text) ?? [];
  if (header === undefined) return fromSocketIo(parse(text));
  // The types without attachments have numbers lower by 3.
  const packet = parse(`${Number(type) - 3}${text.slice(header.length)}`);
  // The server asks for no acks.
  if (packet.type === PacketType.ACK) return { type: "noop" };
  throw new BinaryError(packet);
}

function parse(text: string): SocketIoPacket {
  const decoder = new Decoder();
  const packets: SocketIoPacket[] = [];
  decoder.on("decoded", (packet) => packets.push(packet));
  try {
    decoder.add(text);
  } catch (error) {
    throw new FrameError(error instanceof Error ? error.message : String(error));
  }
  const [packet] = packets;
  if (!packet || !isPacketValid(packet) || !isIdValid(packet)) {
    throw new FrameError("The packet is malformed");
  }
  return packet;
}

/** The parser accepts any digits; as a number, an id above 2^53 could be that of another event. */
function isIdValid({ type, id }: SocketIoPacket): boolean {
  return id === undefined ? type !== PacketType.ACK : Number.isSafeInteger(id);
}
