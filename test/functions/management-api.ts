import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { decodeEnvelope } from "../../protocol/envelope.ts";
import type { Incoming } from "../../protocol/packet.ts";
import { decodeRaw } from "../../protocol/raw.ts";

/** Plays API Gateway's management API: keeps the posts, and answers as a test wants. */

export interface Posted {
  connectionId: string;
  body: string;
  packet: Incoming;
}

function decode(body: string): Incoming {
  // Engine.IO packets that only a server sends are looked at as text.
  if (/^[02]/.test(body)) return { type: "noop" };
  return body.startsWith("{") ? decodeEnvelope(body) : decodeRaw(body);
}

export const posted: Posted[] = [];
/** Connections that are gone: 410. */
export const gone = new Set<string>();
/** Statuses that the next requests about a connection are answered with, before the usual ones. */
export const statuses = new Map<string, number[]>();
/** Connections for which GetConnection was called, and those that were closed. */
export const asked: string[] = [];
export const closed: string[] = [];

export function forgetRequests(): void {
  for (const list of [posted, asked, closed]) list.length = 0;
  gone.clear();
  statuses.clear();
}

const USUAL: Record<string, number> = { POST: 200, GET: 200, DELETE: 204 };

const server = createServer(async (request, response) => {
  const { method = "", url = "" } = request;
  const connectionId = decodeURIComponent(url.replace("/ws/@connections/", ""));
  const body = await text(request);
  const usual = gone.has(connectionId) ? 410 : USUAL[method];
  response.statusCode = statuses.get(connectionId)?.shift() ?? usual ?? 405;
  if (method === "POST" && response.statusCode === 200) {
    posted.push({ connectionId, body, packet: decode(body) });
  }
  if (method === "GET") asked.push(connectionId);
  if (method === "DELETE") closed.push(connectionId);
  response.end();
});

/** @returns its URL, for `CALLBACK_URL`; it does not keep the process alive */
export async function startManagementApi(): Promise<string> {
  server.listen(0, "127.0.0.1").unref();
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}/ws`;
}
