import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";

/**
 * In bytes; those of the headers, names and values together, are documented for HTTP APIs and unverified
 * for WebSocket APIs.
 */
const MAX = { url: 4096, headers: 10_240 };

/** The status that refuses a handshake before `$connect` runs, or undefined if it is valid. */
export function handshakeProblem(request: IncomingMessage): number | undefined {
  const isHandshake =
    request.method === "GET" &&
    request.headers.upgrade?.toLowerCase() === "websocket" &&
    request.headers["sec-websocket-version"] === "13" &&
    /^[+/0-9A-Za-z]{22}==$/.test(request.headers["sec-websocket-key"] ?? "");
  if (!isHandshake) return 400;
  // The limits are documented, these statuses are not.
  const url = `wss://${request.headers.host ?? ""}${request.url ?? ""}`;
  if (Buffer.byteLength(url) > MAX.url) return 414;
  const headers = request.rawHeaders.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (headers > MAX.headers) return 431;
  return undefined;
}

/** The headers of a request as its client wrote them. */
export function headerPairs({ rawHeaders }: IncomingMessage): [name: string, value: string][] {
  const names = rawHeaders.filter((_, index) => index % 2 === 0);
  return names.map((name, index) => [name, rawHeaders[2 * index + 1] ?? ""]);
}

/** The parameters of a request's query, each with all of its values. */
export function queryPairs({ url = "/" }: IncomingMessage): [name: string, values: string[]][] {
  const { searchParams } = new URL(url, "http://localhost");
  return [...new Set(searchParams.keys())].map((name) => [name, searchParams.getAll(name)]);
}

/** Answers a handshake with an HTTP status. */
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
