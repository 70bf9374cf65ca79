import { PacketType, type Packet as SocketIoPacket } from "socket.io-parser";
import type { Packet } from "./packet.ts";

/** Conversion between Natter's packets and those of socket.io-parser. */

export function fromSocketIo({ type, nsp, data, id }: SocketIoPacket): Packet {
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
      return { type: "event", nsp, name: String(name), args, id };
    }
  }
}

export function toSocketIo(packet: Exclude<Packet, { type: "ping" }>): SocketIoPacket {
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
