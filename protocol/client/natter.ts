import * as parser from "./parser.ts";
import { EnvelopeTransport } from "./transport.ts";

/**
 * Options that make the real socket.io-client speak to Natter:
 * `io(origin, { ...natter, auth: { name } })`.
 */
export const natter = {
  path: "/ws",
  addTrailingSlash: false,
  transports: [EnvelopeTransport],
  parser,
};
