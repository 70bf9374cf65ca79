import { createServer, type Server } from "node:http";
import { createServer as createTcpServer, type Socket, type Server as TcpServer } from "node:net";
import { networkInterfaces } from "node:os";
import { StartError } from "./start-error.ts";

/** A server, and where it is found. */
export interface Listener {
  readonly http: Server;
  readonly url: string;
  /** Every origin that a page from this server can have; that of `url` is the first. */
  readonly origins: readonly string[];
  /** The addresses at which other machines find this server. */
  readonly networkUrls: readonly string[];
  /** Accepts no further connections. */
  drain(): void;
  stop(): void;
}

/** Browsers resolve localhost to either, so the server listens on both. */
const LOOPBACK = ["127.0.0.1", "::1"];

/** How many free ports are tried: a port may be free on only one of the loopback addresses. */
const TRIES = 5;

export async function listen(host: string, port: number): Promise<Listener> {
  const http = createServer();
  const sockets = new Set<Socket>();
  const accept = (socket: Socket) => {
    sockets.add(socket.once("close", () => sockets.delete(socket)));
    http.emit("connection", socket);
  };
  const servers = await bind(host === "localhost" ? LOOPBACK : [host], port, accept);
  const [server] = servers;
  const address = server?.address();
  if (typeof address !== "object" || address === null) throw new Error("The server has no port");
  const drain = () => {
    for (const one of servers) one.close();
  };
  const networkUrls = host === "0.0.0.0" ? networkAddresses().map(origin(address.port)) : [];
  const shown = host === "0.0.0.0" ? "localhost" : host;
  return {
    http,
    url: origin(address.port)(shown),
    origins: [
      ...new Set([...[shown, "localhost", ...LOOPBACK].map(origin(address.port)), ...networkUrls]),
    ],
    networkUrls,
    drain,
    stop() {
      drain();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Listens on this port, or on any free one if it is taken. */
export function listenNear(host: string, port: number): Promise<Listener> {
  return listen(host, port).catch((error: unknown) => {
    if (port === 0) throw error;
    return listen(host, 0);
  });
}

async function bind(
  hosts: readonly string[],
  port: number,
  accept: (socket: Socket) => void,
  tries = TRIES,
): Promise<TcpServer[]> {
  const servers: TcpServer[] = [];
  let bound = port;
  for (const host of hosts) {
    const server = createTcpServer(accept);
    const problem = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
      server.once("error", resolve).listen({ host, port: bound }, () => resolve(undefined));
    });
    if (problem === undefined) {
      servers.push(server);
      const address = server.address();
      if (typeof address === "object" && address !== null) bound = address.port;
      // The machine has no IPv6: the first loopback is enough.
    } else if (servers.length === 0 || problem.code === "EADDRINUSE") {
      for (const one of servers) one.close();
      if (port === 0 && problem.code === "EADDRINUSE" && tries > 1) {
        return bind(hosts, port, accept, tries - 1);
      }
      throw unusable(problem, hosts.join(" or "), port);
    }
  }
  return servers;
}

function unusable(problem: NodeJS.ErrnoException, host: string, port: number): Error {
  switch (problem.code) {
    case "EADDRINUSE":
      return new StartError(`Port ${port} is taken; stop what uses it, or use another.`, "port");
    case "EACCES":
      return new StartError(`Port ${port} may not be used; use one above 1023.`, "port");
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new StartError(
        `${host} is not an address of this machine; use localhost, or 0.0.0.0 for all its addresses.`,
        "host",
      );
    default:
      return problem;
  }
}

/** @throws {StartError} unless a text is the origin of a page */
export function readOrigin(option: string, text: string): string {
  if (/^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text) return text;
  throw new StartError(
    `${option} has ${text}, which is not an origin such as http://localhost:8080.`,
  );
}

const origin = (port: number) => (host: string) =>
  `http://${host.includes(":") ? `[${host}]` : host}:${port}`;

function networkAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === "IPv4")
    .map(({ address }) => address);
}
