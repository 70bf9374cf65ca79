/**
 * The format of packets on the wire. The page and WebSockets by hand use envelopes; stock clients
 * use raw Engine.IO and Socket.IO frames.
 */
export type Dialect = "envelope" | "raw";

/** A Socket.IO packet, the same whichever dialect carried it. */
export type Packet =
  | { type: "connect"; nsp: string; data: unknown }
  | { type: "connect_error"; nsp: string; data: { message: string; data?: unknown } }
  | { type: "disconnect"; nsp: string }
  | EventPacket
  | { type: "ack"; nsp: string; id: number; args: unknown[] }
  /** The keepalive, which is no packet of Socket.IO. */
  | { type: "ping" };

/** What else a frame of a client can be: one that needs no answer, or Engine.IO's close packet. */
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
