import { setTimeout as sleep } from "node:timers/promises";
import { decodePacket } from "engine.io-parser";
import * as v from "valibot";
import { invokeLater } from "../../functions/aws/invocations.ts";
import { close } from "../../functions/aws/posts.ts";
import { requireEnv } from "../../functions/lambda.ts";
import { push, type SocketEvent, type SocketResult } from "../../functions/wire/dialects.ts";
import { postOpen, readHandshake } from "../../functions/wire/handshake.ts";
import { serve } from "../../functions/wire/serve.ts";
import { echo } from "./echo.ts";
import { get, put, putPong, remove } from "./table.ts";
import { Timers } from "./timers.ts";

const OK: SocketResult = { statusCode: 200 };
const { connectTimeout, ...timers } = v.parse(Timers, JSON.parse(requireEnv("TIMERS")));

/** Serves all routes. */
export async function socket(event: SocketEvent): Promise<SocketResult> {
  const { connectionId, eventType } = event.requestContext;
  const { body = "" } = event;
  if (eventType === "CONNECT") return connect(event);
  if (eventType === "DISCONNECT") {
    await remove(connectionId);
    return OK;
  }
  if (body === "3") {
    await putPong(connectionId);
    return OK;
  }
  const connection = await get(connectionId);
  return connection?.layer === "engine.io"
    ? serveEngine(connectionId, body ?? "")
    : serve(event, echo);
}

async function connect(event: SocketEvent): Promise<SocketResult> {
  const { connectionId } = event.requestContext;
  if (readHandshake(event) !== "raw") return { statusCode: 400 };
  await put(connectionId, event.queryStringParameters?.layer);
  await invokeLater(requireEnv("TICK_FUNCTION"), { connectionId });
  return OK;
}

async function serveEngine(connectionId: string, body: string): Promise<SocketResult> {
  if (decodePacket(body).type === "message") return { ...OK, body };
  await close(connectionId);
  return OK;
}

/**
 * Sends the open packet, then the heartbeat of one connection until it ends. (In Natter the sweep
 * sends the heartbeats of all connections.)
 */
export async function tick({ connectionId }: { connectionId: string }): Promise<void> {
  const isThere = async () => (await get(connectionId)) !== undefined;
  if (!(await postOpen(connectionId, timers, isThere))) return;
  const connectBy = Date.now() + connectTimeout;
  const { pingInterval, pingTimeout } = timers;
  for (let rest = pingInterval; ; rest = pingInterval - pingTimeout) {
    await sleep(rest);
    const pingedAt = Date.now();
    await push([{ connectionId, dialect: "raw" }], { type: "ping" });
    await sleep(pingTimeout);
    const connection = await get(connectionId);
    if (!connection) return;
    const isLate = connection.layer === "socket.io" && Date.now() > connectBy;
    if (connection.pongAt < pingedAt || (isLate && connection.namespaces.size === 0)) {
      await close(connectionId);
      return;
    }
  }
}
