import { setTimeout as sleep } from "node:timers/promises";
import { fromEnv } from "@aws-sdk/credential-provider-env";
import { HttpRequest } from "@smithy/core/protocols";
import { Hash } from "@smithy/hash-node";
import { SignatureV4 } from "@smithy/signature-v4";
import pMap from "p-map";
import { Agent, request, setGlobalDispatcher } from "undici";
import { requireEnv } from "../env.ts";
import { log } from "../log.ts";

/** A text for one connection. */
export interface Post {
  connectionId: string;
  body: string;
}

export interface Outcome {
  /** Connections that API Gateway says are gone (410). */
  gone: string[];
  /** Posts that did not get through in time. */
  left: Post[];
}

/** Sockets to API Gateway, each with one post at a time: at 10 ms each under its 10,000 a second. */
const CONCURRENCY = 64;
/** ms that one post may take before it counts as failed: as long as an ack waits for pushes. */
const TIMEOUT_MS = 2_000;
/** ms before the second try; it doubles, and a part of it is left to chance. */
const BACKOFF_MS = 50;
const MAX_BACKOFF_MS = 1_000;

// undici and a bare signer cost a fraction of the SDK's client for each post, and posts are what a
// busy chat does.
const endpoint = new URL(requireEnv("CALLBACK_URL"));
const signer = new SignatureV4({
  service: "execute-api",
  region: requireEnv("AWS_REGION"),
  credentials: fromEnv(),
  sha256: Hash.bind(null, "sha256"),
});

setGlobalDispatcher(
  new Agent({
    connections: CONCURRENCY,
    connect: { timeout: TIMEOUT_MS },
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
  }),
);

interface PostOptions {
  /** ms in which the connections may be about to open: 410 is no answer yet. */
  awaitedMs?: number;
}

/** Posts side by side, again with backoff on 429, 5xx and a broken line, until `withinMs` are over. */
export async function post(
  posts: readonly Post[],
  withinMs: number,
  { awaitedMs = 0 }: PostOptions = {},
): Promise<Outcome> {
  const deadline = Date.now() + withinMs;
  const awaitedUntil = Date.now() + awaitedMs;
  const outcome: Outcome = { gone: [], left: [] };
  await pMap(
    posts,
    async (one) => {
      const result = await postOne(one, deadline, awaitedUntil);
      if (result === "gone") outcome.gone.push(one.connectionId);
      if (result === "left") outcome.left.push(one);
    },
    { concurrency: CONCURRENCY },
  );
  return outcome;
}

async function postOne(
  one: Post,
  deadline: number,
  awaitedUntil: number,
): Promise<"sent" | "gone" | "left"> {
  for (let attempt = 0; Date.now() < deadline; attempt++) {
    const status = await send("POST", one.connectionId, one.body);
    if (status === 200) return "sent";
    if (status === 410 && Date.now() >= awaitedUntil) return "gone";
    if (status !== undefined && status !== 410 && status !== 429 && status < 500) {
      // Trying again would not help: a right that is missing, or a bug.
      log.error("post refused", { connectionId: one.connectionId, status });
      return "sent";
    }
    const backoff = Math.random() * Math.min(MAX_BACKOFF_MS, BACKOFF_MS * 2 ** attempt);
    if (Date.now() + backoff > deadline) break;
    await sleep(backoff);
  }
  return "left";
}

/**
 * Closes a connection; its `$disconnect` follows, and tidies up.
 * @returns whether it was gone already
 */
export async function close(connectionId: string): Promise<boolean> {
  const status = await send("DELETE", connectionId);
  if (status !== 204 && status !== 410) log.error("not closed", { connectionId, status });
  return status === 410;
}

/** @returns the status, or undefined if there was no answer. */
async function send(
  method: "POST" | "DELETE",
  connectionId: string,
  body?: string,
): Promise<number | undefined> {
  const signed = await signer.sign(
    new HttpRequest({
      method,
      protocol: endpoint.protocol,
      hostname: endpoint.hostname,
      path: `${endpoint.pathname}/@connections/${encodeURIComponent(connectionId)}`,
      headers: {
        host: endpoint.host,
        ...(body !== undefined && { "content-type": "text/plain; charset=utf-8" }),
      },
      body,
    }),
  );
  try {
    const response = await request(endpoint.origin + signed.path, {
      method,
      headers: signed.headers,
      ...(body !== undefined && { body }),
    });
    await response.body.dump();
    return response.statusCode;
  } catch (error) {
    log.warn("post failed", { connectionId, method, error: String(error) });
    return undefined;
  }
}
