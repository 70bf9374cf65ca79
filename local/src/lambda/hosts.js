// Functions may build the management API's address from an event's `domainName`. That host exists on
// this machine alone, so connections to it are redirected, whatever client makes them.
import { syncBuiltinESMExports } from "node:module";
import { connect } from "node:net";
import tls from "node:tls";

/**
 * Makes TLS connections to some hosts plain connections to local ports.
 * @param {Readonly<Record<string, number>>} ports by host, in lower case
 */
export function redirectHosts(ports) {
  const original = tls.connect;
  /** @param {any[]} args */
  const redirected = (...args) => {
    const options = args.find((arg) => typeof arg === "object" && arg !== null) ?? {};
    const host = options.servername || options.host || args.find((arg) => typeof arg === "string");
    const port = ports[String(host).toLowerCase()];
    if (port === undefined) return Reflect.apply(original, tls, args);
    const socket = connect({ host: "127.0.0.1", port });
    socket.once("connect", () => socket.emit("secureConnect"));
    return socket;
  };
  tls.connect = /** @type {any} */ (redirected);
  syncBuiltinESMExports();
}
