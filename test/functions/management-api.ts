import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { GetItemCommand, type GetItemCommandInput } from "@aws-sdk/client-dynamodb";
import { decodeEnvelope } from "../../protocol/envelope.ts";
import type { Incoming } from "../../protocol/packet.ts";
import { decodeRaw } from "../../protocol/raw.ts";

/**
 * Plays API Gateway's management API and Lambda: keeps the posts and the invocations, and answers as
 * a test wants. A GetItem of DynamoDB is answered from the tables in memory.
 */

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
/** Ends a connection in place of an answer. */
export const HANG_UP = 0;
/** Leaves a request without an answer. */
export const NO_ANSWER = -1;
/**
 * Statuses that the next requests about a connection, or to invoke a function, are answered with,
 * before the usual ones. Those of requests to close a connection are at `DELETE <id>`.
 */
export const statuses = new Map<string, number[]>();
/** The functions that were invoked. */
export const invoked: { name: string; payload: unknown }[] = [];
/** Connections for which GetConnection was called, and those that were closed. */
export const asked: string[] = [];
export const closed: string[] = [];

let listener: (subject: string) => void = () => {};

/** Calls a listener with what each request is about, before its answer. */
export function onRequest(called: (subject: string) => void): void {
  listener = called;
}

export function forgetRequests(): void {
  for (const list of [posted, asked, closed, invoked]) list.length = 0;
  gone.clear();
  statuses.clear();
  listener = () => {};
}

async function getItem(input: GetItemCommandInput) {
  const { db } = await import("../../functions/store/client.ts");
  return db.send(new GetItemCommand(input));
}

const USUAL: Record<string, number> = { POST: 200, GET: 200, DELETE: 204 };
const INVOCATION = /^\/2015-03-31\/functions\/(.+)\/invocations$/;

const server = createServer(async (request, response) => {
  const { method = "", url = "" } = request;
  const [, name] = INVOCATION.exec(url) ?? [];
  const connectionId = name ?? decodeURIComponent(url.replace("/ws/@connections/", ""));
  const body = await text(request);
  if (request.headers["x-amz-target"] === "DynamoDB_20120810.GetItem") {
    response.end(JSON.stringify(await getItem(JSON.parse(body))));
    return;
  }
  listener(connectionId);
  const usual = gone.has(connectionId) ? 410 : name ? 202 : USUAL[method];
  const subject = method === "DELETE" ? `DELETE ${connectionId}` : connectionId;
  const status = statuses.get(subject)?.shift() ?? usual ?? 405;
  if (status === HANG_UP) request.socket.destroy();
  if (status === HANG_UP || status === NO_ANSWER) return;
  response.statusCode = status;
  if (name !== undefined && status === 202) invoked.push({ name, payload: JSON.parse(body) });
  if (name === undefined && method === "POST" && status === 200) {
    posted.push({ connectionId, body, packet: decode(body) });
  }
  if (method === "GET") asked.push(connectionId);
  if (method === "DELETE" && status !== 429 && status < 500) closed.push(connectionId);
  response.end();
});

/** @returns its address; it does not keep the process alive */
export async function startManagementApi(): Promise<string> {
  server.listen(0, "127.0.0.1").unref();
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}
