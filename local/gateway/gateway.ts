import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { Lambda } from "../lambda/lambda.ts";
import type { ApiDefinition } from "../template/stack.ts";
import { Connection } from "./connection.ts";
import {
  type ConnectionInfo,
  connectEvent,
  disconnectEvent,
  messageEvent,
  newId,
  type SocketEvent,
} from "./events.ts";
import { integrate } from "./integration.ts";
import { selectRoute } from "./routes.ts";

/** In bytes; https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
const MAX_FRAME = 32 * 1024;

/**
 * API Gateway's WebSocket API. Throttles, idle and lifetime clocks, the limits of a message of
 * several frames, and injected faults belong here; they are not built yet.
 */
export class Gateway {
  readonly api: ApiDefinition;
  readonly #lambda: Lambda;
  readonly #connections = new Map<string, Connection>();
  readonly #subprotocols = new WeakMap<IncomingMessage, string>();
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME,
    perMessageDeflate: false,
    handleProtocols: (_, request) => this.#subprotocols.get(request) ?? false,
  });
  #draining = false;

  constructor(api: ApiDefinition, lambda: Lambda) {
    this.api = api;
    this.#lambda = lambda;
  }

  /** Nothing before `$connect` has returned and nothing once the connection has ended. */
  connection(id: string): Connection | undefined {
    return this.#connections.get(id);
  }

  /** The upgrade waits for `$connect`, and only its 2xx opens the socket. */
  async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on("error", () => socket.destroy());
    if (this.#draining) return refuse(socket, 503);
    if (!isHandshake(request)) return refuse(socket, 400);
    const info: ConnectionInfo = {
      connectionId: newId(),
      connectedAt: Date.now(),
      identity: {
        sourceIp: (request.socket.remoteAddress ?? "").replace(/^::ffff:/, ""),
        ...(request.headers["user-agent"] && { userAgent: request.headers["user-agent"] }),
      },
    };
    const status = await this.#connect(info, request);
    if (status < 200 || status > 299) return refuse(socket, status);
    if (this.#draining || !socket.readable || !socket.writable) {
      socket.destroy();
      this.#disconnect(info, 1006, "");
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (client) => this.#open(info, client));
  }

  /** Takes no further connections and messages. */
  drain(): void {
    this.#draining = true;
  }

  close(): void {
    for (const connection of this.#connections.values()) connection.close(1001);
  }

  async #connect(info: ConnectionInfo, request: IncomingMessage): Promise<number> {
    const route = this.api.routes.get("$connect");
    if (route === undefined) return 200;
    const outcome = await integrate(this.#lambda, route, connectEvent(this.api, info, request));
    if (outcome === "error") return 502;
    if (outcome === "timeout") return 504;
    for (const [name, value] of Object.entries(outcome.headers)) {
      if (name.toLowerCase() === "sec-websocket-protocol") {
        this.#subprotocols.set(request, String(value));
      }
    }
    return outcome.statusCode;
  }

  #open(info: ConnectionInfo, client: WebSocket): void {
    const connection = new Connection(info, client, (code, reason) => {
      this.#connections.delete(info.connectionId);
      this.#disconnect(info, code, reason);
    });
    this.#connections.set(info.connectionId, connection);
    client.on("message", (data, isBinary) => {
      if (this.#draining) return;
      if (isBinary) connection.close(1003);
      else void this.#message(connection, data.toString());
    });
  }

  async #message(connection: Connection, body: string): Promise<void> {
    connection.lastActiveAt = Date.now();
    const routeKey = selectRoute(this.api, body);
    const route = routeKey === undefined ? undefined : this.api.routes.get(routeKey);
    if (routeKey === undefined || route === undefined) {
      connection.push(errorFrame("Forbidden", connection.info.connectionId, newId()));
      return;
    }
    const event = messageEvent(this.api, connection.info, routeKey, body);
    const outcome = await integrate(this.#lambda, route, event);
    if (outcome === "timeout") connection.push(failure("Endpoint request timed out", event));
    else if (outcome === "error") connection.push(failure("Internal server error", event));
    else if (route.responds) {
      if (outcome.body) connection.push(outcome.body);
    } else if (outcome.statusCode >= 400) {
      // Unverified; the stricter reading.
      connection.push(failure("Internal server error", event));
    }
  }

  #disconnect(info: ConnectionInfo, code: number, reason: string): void {
    const route = this.api.routes.get("$disconnect");
    if (route === undefined) return;
    void integrate(this.#lambda, route, disconnectEvent(this.api, info, code, reason));
  }
}

/** The frame that API Gateway itself answers with, to the space. */
function errorFrame(message: string, connectionId: string, requestId: string): string {
  return `{"message": "${message}", "connectionId":"${connectionId}", "requestId":"${requestId}"}`;
}

function failure(message: string, { requestContext }: SocketEvent): string {
  return errorFrame(message, requestContext.connectionId, requestContext.requestId);
}

/** What would fail in the handshake must not reach `$connect`. */
function isHandshake(request: IncomingMessage): boolean {
  return (
    request.method === "GET" &&
    request.headers.upgrade?.toLowerCase() === "websocket" &&
    request.headers["sec-websocket-version"] === "13" &&
    /^[+/0-9A-Za-z]{22}==$/.test(request.headers["sec-websocket-key"] ?? "")
  );
}

/** Answers an upgrade with an HTTP status instead. */
export function refuse(socket: Duplex, status: number): void {
  const reason = STATUS_CODES[status] ?? "";
  const body = JSON.stringify({ message: reason });
  socket.end(
    [
      `HTTP/1.1 ${status} ${reason}`,
      "Connection: close",
      "Content-Type: application/json",
      `Content-Length: ${Buffer.byteLength(body)}`,
      "",
      body,
    ].join("\r\n"),
  );
}
