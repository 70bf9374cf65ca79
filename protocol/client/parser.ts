import { Emitter } from "@socket.io/component-emitter";
import type { Packet as SocketIoPacket } from "socket.io-parser";
import { decodeEnvelope, encodeEnvelope, RESERVED_ACTIONS } from "../envelope.ts";
import { ClientError } from "../errors.ts";
import type { Packet } from "../packet.ts";
import { fromSocketIo, toSocketIo } from "../socket-io.ts";

/** socket.io-client's `parser` option (https://socket.io/docs/v4/custom-parser/) for the envelope. */
export class Encoder {
  /** @throws {Error} for an event whose name is a packet type of the envelope. */
  encode(socketIoPacket: SocketIoPacket): string[] {
    const packet = fromSocketIo(socketIoPacket);
    if (packet.type === "event" && RESERVED_ACTIONS.has(packet.name)) {
      throw new Error(`"${packet.name}" cannot be an event's name`);
    }
    return [encodeEnvelope(packet)];
  }
}

export class Decoder extends Emitter<
  Record<never, never>,
  Record<never, never>,
  { decoded: (packet: SocketIoPacket) => void }
> {
  /** Ignores frames that are no packets, such as API Gateway's own error frames. */
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
