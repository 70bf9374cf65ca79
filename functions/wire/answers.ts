import type { ErrorInfo } from "../../protocol/errors.ts";
import { type Dialect, MAIN, type Packet } from "../../protocol/packet.ts";
import { NOOP } from "../../protocol/raw.ts";
import type { SocketResult } from "./api-gateway.ts";
import { dialects } from "./dialects.ts";

/**
 * The route response. It is not known whether API Gateway sends an empty frame for one without a
 * body. That would end a stock client, which gets Engine.IO's noop; envelope clients ignore it.
 */
export function respond(packet: Packet | undefined, dialect: Dialect): SocketResult {
  if (packet) return { statusCode: 200, body: dialects[dialect].encode(packet) };
  return dialect === "raw" ? { statusCode: 200, body: NOOP } : { statusCode: 200 };
}

/** A refused packet, or what could be read of it. */
export interface Refused {
  type?: string;
  nsp?: string;
  id?: number | undefined;
}

/**
 * A `connect_error` for CONNECT, an ack for an event that asked for one, else the event `error`.
 */
export function refusal({ type, nsp = MAIN, id }: Refused, error: ErrorInfo): Packet {
  if (type === "connect") {
    const { code, message } = error;
    return { type: "connect_error", nsp, data: { message, data: { code } } };
  }
  // The id of a client's ack is one that the server has given.
  return id === undefined || type === "ack"
    ? { type: "event", nsp, name: "error", args: [error] }
    : { type: "ack", nsp, id, args: [{ ok: false, error }] };
}
