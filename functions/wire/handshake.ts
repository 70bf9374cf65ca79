import type { Dialect } from "../store/items.ts";
import type { SocketEvent } from "./api-gateway.ts";

/**
 * What a client that opens a connection will speak. Engine.IO's query means a stock client; one of
 * an older protocol, of another transport or in the middle of an upgrade is none that can be served.
 */
export function readHandshake({ queryStringParameters }: SocketEvent): Dialect | undefined {
  const { EIO, transport, sid } = queryStringParameters ?? {};
  if (EIO === undefined && transport === undefined) return "envelope";
  return EIO === "4" && transport === "websocket" && sid === undefined ? "raw" : undefined;
}
