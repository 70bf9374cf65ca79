import type { ErrorInfo } from "../../protocol/errors.ts";
import { type Dialect, MAIN, type Packet } from "../../protocol/packet.ts";
import { NOOP } from "../../protocol/raw.ts";
import type { SocketResult } from "./api-gateway.ts";
import { dialects } from "./dialects.ts";

/**
 * The route response. It is not known whether API Gateway sends an empty frame for one without a
 * body, which would end a stock client: that gets Engine.IO's noop. Envelope clients ignore it.
 */
export function respond(packet: Packet | undefined, dialect: Dialect): SocketResult {
  if (packet) return { statusCode: 200, body: dialects[dialect].encode(packet) };
  return dialect === "raw" ? { statusCode: 200, body: NOOP } : { statusCode: 200 };
}

/** A packet that is refused, or what could be read of it. */
export interface Refused {
  type?: string;
  nsp?: string;
  id?: number | undefined;
}

/** A `connect_error` for CONNECT, an ack where one is wanted, else the event `error`. */
export function refusal({ type, nsp = MAIN, id }: Refused, error: ErrorInfo): Packet {
  if (type === "connect") {
    const { code, message } = error;
    return { type: "connect_error", nsp, data: { message, data: { code } } };
  }
  // The id of a client's ack would be one that the server gave.
  return id === undefined || type === "ack"
    ? { type: "event", nsp, name: "error", args: [error] }
    : { type: "ack", nsp, id, args: [{ ok: false, error }] };
}
