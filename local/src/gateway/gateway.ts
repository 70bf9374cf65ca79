import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { Faults } from "../faults.ts";
import type { Lambda } from "../lambda/lambda.ts";
import type { ApiDefinition, RouteDefinition } from "../template/read-api.ts";
import { Connection, type Sent } from "./connection.ts";
import {
  type ConnectionInfo,
  connectEvent,
  disconnectEvent,
  messageEvent,
  newId,
  type SocketEvent,
} from "./events.ts";
import { limitFrames, MAX_MESSAGE } from "./frame-limits.ts";
import { handshakeProblem, refuse } from "./handshake.ts";
import { integrate, type Outcome } from "./integration.ts";
import { selectRoute } from "./route-selection.ts";
import { createThrottles } from "./throttles.ts";

/** In milliseconds. */
const CLOCKS = { idle: 10 * 60_000, lifetime: 2 * 3_600_000 };

/** API Gateway's WebSocket API. */
export class Gateway {
  readonly api: ApiDefinition;
  readonly throttles: ReturnType<typeof createThrottles>;
  readonly #lambda: Lambda;
  readonly #faults: Faults;
  readonly #clocks: { readonly idle: number; readonly lifetime: number };
  readonly #handshakes = new Map<string, Duplex>();
  readonly #connections = new Map<string, Connection>();
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE,
    perMessageDeflate: false,
  });
  #draining = false;

  constructor(api: ApiDefinition, lambda: Lambda, faults: Faults) {
    this.api = api;
    this.throttles = createThrottles(api);
    this.#lambda = lambda;
    this.#faults = faults;
    this.#clocks = { ...CLOCKS, ...faults.clocks };
  }

  /** The open connection with that id: `$connect` has returned and nobody has closed it. */
  connection(id: string): Connection | undefined {
    return this.#connections.get(id);
  }

  /** Serves a handshake: `$connect` runs first, and only if it returns 2xx the socket opens. */
  async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    if (this.#draining) return refuse(socket, 503);
    const problem = handshakeProblem(request);
    if (problem !== undefined) return refuse(socket, problem);
    if (!this.throttles.admitsHandshake()) return refuse(socket, 429);
    const info: ConnectionInfo = {
      connectionId: newId(),
      connectedAt: Date.now(),
      identity: {
        sourceIp: (request.socket.remoteAddress ?? "").replace(/^::ffff:/, ""),
        ...(request.headers["user-agent"] && { userAgent: request.headers["user-agent"] }),
      },
    };
    this.#handshakes.set(info.connectionId, socket);
    const status = await this.#connect(info, request);
    this.#handshakes.delete(info.connectionId);
    if (status < 200 || status > 299) return refuse(socket, status);
    if (this.#draining || !socket.readable || !socket.writable) {
      socket.destroy();
      void this.#invoke(disconnectEvent(this.api, info, 1006, ""));
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (client) => this.#open(info, client, socket));
  }

  /** Sends a text of the management API or of a route response. */
  async post(connection: Connection, body: string): Promise<Sent> {
    let sent: Sent | undefined;
    const go = async () => {
      const result = connection.send(body);
      sent ??= result;
    };
    const { connectionId } = connection.info;
    await (this.#faults.push?.({ connectionId, body }, go) ?? go());
    return sent ?? "sent";
  }

  /** Ends a connection or a handshake without a close frame, as a broken network does. */
  cut(connectionId: string): void {
    this.#handshakes.get(connectionId)?.destroy();
    this.#connections.get(connectionId)?.terminate();
  }

  /** Takes no further handshakes and messages. */
  drain(): void {
    this.#draining = true;
  }

  close(): void {
    for (const connection of this.#connections.values()) connection.close(1001);
  }

  /** The HTTP status with which `$connect` answers a handshake. */
  async #connect(info: ConnectionInfo, request: IncomingMessage): Promise<number> {
    let outcome: Outcome = this.api.routes.has("$connect")
      ? "timeout"
      : { statusCode: 200, headers: {} };
    await this.#invoke(connectEvent(this.api, info, request), (result) => {
      outcome = result;
    });
    return accept(request, outcome);
  }

  #open(info: ConnectionInfo, client: WebSocket, socket: Duplex): void {
    const connection = new Connection(info, client, this.#clocks, (code, reason) => {
      this.#connections.delete(info.connectionId);
      void this.#invoke(disconnectEvent(this.api, info, code, reason));
    });
    this.#connections.set(info.connectionId, connection);
    const admits = limitFrames(socket, (code) => connection.close(code));
    client.on("message", (data) => {
      // Once the server has closed, ws reports what arrives until the client does too.
      if (admits() && connection.open && !this.#draining)
        void this.#message(connection, data.toString());
    });
  }

  async #message(connection: Connection, body: string): Promise<void> {
    connection.active();
    const { info } = connection;
    const { routeKey, origin } = selectRoute(this.api, body);
    if (!this.throttles.admitsMessage(routeKey)) {
      // The wording is unverified.
      connection.send(errorFrame("Too Many Requests", info.connectionId, newId()));
    } else if (routeKey === undefined) {
      connection.send(errorFrame("Forbidden", info.connectionId, newId()));
    } else {
      const event = messageEvent(this.api, info, routeKey, body);
      const use = (outcome: Outcome, { responds }: RouteDefinition) =>
        this.#answer(connection, event, outcome, responds);
      await this.#invoke(event, use, origin);
    }
  }

  async #answer(
    connection: Connection,
    event: SocketEvent,
    outcome: Outcome,
    responds: boolean,
  ): Promise<void> {
    const { connectionId, requestId } = event.requestContext;
    const fail = (message: string) =>
      void connection.send(errorFrame(message, connectionId, requestId));
    if (outcome === "timeout") return fail("Endpoint request timed out");
    if (outcome === "error") return fail("Internal server error");
    // Unverified: a status of 400 or more on a one-way route, and a body that is too long.
    if (!responds) return outcome.statusCode >= 400 ? fail("Internal server error") : undefined;
    if (!outcome.body) return;
    if (Buffer.byteLength(outcome.body) > MAX_MESSAGE) return fail("Internal server error");
    await this.post(connection, outcome.body);
  }

  /**
   * Invokes the function of an event's route, if there is such a route.
   * @param use gets what comes of it
   * @param origin what the invocation is counted under
   */
  async #invoke(
    event: SocketEvent,
    use: (outcome: Outcome, route: RouteDefinition) => void | Promise<void> = () => {},
    origin = event.requestContext.routeKey,
  ): Promise<void> {
    const route = this.api.routes.get(event.requestContext.routeKey);
    if (route === undefined) return;
    const go = async () =>
      use(await integrate(this.#lambda, this.api, route, event, origin), route);
    await (this.#faults.event?.(event, go) ?? go());
  }
}

/**
 * The HTTP status of a handshake after its `$connect`. The subprotocol that `$connect` has chosen
 * takes the place of those that the client has offered, so that ws answers with that one.
 */
function accept({ headers }: IncomingMessage, outcome: Outcome): number {
  if (outcome === "error") return 502;
  if (outcome === "timeout") return 504;
  delete headers["sec-websocket-protocol"];
  for (const [name, value] of Object.entries(outcome.headers)) {
    if (name.toLowerCase() === "sec-websocket-protocol") headers[name.toLowerCase()] = `${value}`;
  }
  return outcome.statusCode;
}

/** A frame of API Gateway's own, with its exact spacing. */
function errorFrame(message: string, connectionId: string, requestId: string): string {
  return `{"message": "${message}", "connectionId":"${connectionId}", "requestId":"${requestId}"}`;
}
