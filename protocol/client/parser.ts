import { Emitter } from "@socket.io/component-emitter";
import { PacketType, type Packet as SocketIoPacket } from "socket.io-parser";
import { decodeEnvelope, encodeEnvelope, RESERVED_ACTIONS } from "../envelope.ts";
import { ClientError } from "../errors.ts";
import type { Packet } from "../packet.ts";

/** socket.io-client's `parser` option (https://socket.io/docs/v4/custom-parser/) for the envelope. */
export class Encoder {
  /** @throws {Error} for an event whose name is a packet type of the envelope. */
  encode(packet: SocketIoPacket): string[] {
    return [encodeEnvelope(fromSocketIo(packet))];
  }
}

export class Decoder extends Emitter<
  Record<never, never>,
  Record<never, never>,
  { decoded: (packet: SocketIoPacket) => void }
> {
  /** Frames that are no packets, as API Gateway's own error frames, are ignored. */
  add(text: string): void {
    let packet: Packet;
    try {
      packet = decodeEnvelope(text);
    } catch (error) {
      if (error instanceof ClientError) return;
      throw error;
    }
    if (packet.type !== "ping") this.emitReserved("decoded", toSocketIo(packet));
  }

  /** Called by the Manager on close: there is no partial packet to drop. */
  destroy(): void {}
}

function fromSocketIo({ type, nsp, data, id }: SocketIoPacket): Packet {
  switch (type) {
    case PacketType.CONNECT:
      return { type: "connect", nsp, data };
    case PacketType.DISCONNECT:
      return { type: "disconnect", nsp };
    case PacketType.ACK:
    case PacketType.BINARY_ACK:
      return { type: "ack", nsp, id: Number(id), args: data };
    case PacketType.CONNECT_ERROR:
      return { type: "connect_error", nsp, data };
    case PacketType.EVENT:
    case PacketType.BINARY_EVENT: {
      const [name, ...args]: unknown[] = data;
      const action = String(name);
      if (RESERVED_ACTIONS.has(action)) throw new Error(`"${action}" cannot be an event's name`);
      return { type: "event", nsp, name: action, args, id };
    }
  }
}

function toSocketIo(packet: Exclude<Packet, { type: "ping" }>): SocketIoPacket {
  const { nsp } = packet;
  switch (packet.type) {
    case "connect":
      return { type: PacketType.CONNECT, nsp, data: packet.data };
    case "connect_error":
      return { type: PacketType.CONNECT_ERROR, nsp, data: packet.data };
    case "disconnect":
      return { type: PacketType.DISCONNECT, nsp };
    case "ack":
      return { type: PacketType.ACK, nsp, id: packet.id, data: packet.args };
    case "event": {
      const event = { type: PacketType.EVENT, nsp, data: [packet.name, ...packet.args] };
      return packet.id === undefined ? event : { ...event, id: packet.id };
    }
  }
}
