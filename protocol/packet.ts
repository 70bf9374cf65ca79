/**
 * How packets travel: the page, and WebSockets by hand, speak in envelopes; stock clients speak raw
 * Engine.IO and Socket.IO.
 */
export type Dialect = "envelope" | "raw";

/** A Socket.IO packet, the same whichever dialect carried it. */
export type Packet =
  | { type: "connect"; nsp: string; data: unknown }
  | { type: "connect_error"; nsp: string; data: { message: string; data?: unknown } }
  | { type: "disconnect"; nsp: string }
  | EventPacket
  | { type: "ack"; nsp: string; id: number; args: unknown[] }
  /** The keepalive, which no Socket.IO packet stands for. */
  | { type: "ping" };

/** What a client's frame can say besides: nothing that is to be done, or that it is leaving. */
export type Incoming = Packet | { type: "noop" } | { type: "close" };

export interface EventPacket {
  type: "event";
  nsp: string;
  name: string;
  args: unknown[];
  /** Present when the sender wants an ack. */
  id?: number | undefined;
}

/** The main namespace. */
export const MAIN = "/";
