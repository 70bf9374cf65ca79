// Where a function's connections to AWS lead: to the endpoint, whatever client makes them. Functions may
// build the management API's address from an event's `domainName`, which exists on this machine alone.
import { Agent } from "node:http";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";
import tls from "node:tls";

/** @typedef {{ readonly hosts: readonly string[], readonly port: number }} Endpoint */
/** @typedef {import("node:stream").Duplex} Duplex */

/**
 * @param {Endpoint} endpoint its port on the loopback, and the hosts, in lower case, that TLS
 *   connections end there for, without TLS
 * @param {() => Duplex} connect opens a connection to it
 */
export function redirect({ hosts, port }, connect) {
  const isEndpoint = (/** @type {any[]} */ args) => {
    const to = options(args);
    return Number(to.port) === port && /^(127\.0\.0\.1|localhost)$/.test(to.host);
  };
  const isAws = (/** @type {any[]} */ args) => {
    const to = options(args);
    return hosts.includes(String(to.servername || to.host).toLowerCase());
  };
  const toNet = replacement(net.connect, isEndpoint, "connect", connect);
  Object.assign(net, { connect: toNet, createConnection: toNet });
  const { createConnection } = Agent.prototype;
  Object.assign(Agent.prototype, {
    createConnection: replacement(createConnection, isEndpoint, "connect", connect),
  });
  Object.assign(tls, { connect: replacement(tls.connect, isAws, "secureConnect", connect) });
  syncBuiltinESMExports();
}

/**
 * @param {Function} original
 * @param {(args: any[]) => boolean} applies
 * @param {"connect" | "secureConnect"} ready the event that tells of the connection
 * @param {() => Duplex} connect
 */
function replacement(original, applies, ready, connect) {
  /** @this {unknown} @param {any[]} args */
  return function (...args) {
    if (!applies(args)) return Reflect.apply(original, this, args);
    const socket = connect();
    const listener = args.find((arg) => typeof arg === "function");
    if (listener !== undefined) socket.once(ready, listener);
    if (ready !== "connect") socket.once("connect", () => socket.emit(ready));
    return socket;
  };
}

/**
 * The options of `connect(options)` or `connect(port, host)`.
 * @param {any[]} args
 */
function options([first, second]) {
  const { host = "localhost", ...given } =
    typeof first === "object"
      ? first
      : { port: first, ...(typeof second !== "function" && { host: second }) };
  return { host, ...given };
}
