import { setTimeout as sleep } from "node:timers/promises";
import { fromEnv } from "@aws-sdk/credential-provider-env";
import { HttpRequest } from "@smithy/core/protocols";
import { Hash } from "@smithy/hash-node";
import { SignatureV4 } from "@smithy/signature-v4";
import { Agent, request } from "undici";
import { requireEnv } from "../env.ts";
import { log } from "../log.ts";
import { parallel } from "../parallel.ts";

/** API Gateway's management API: posts to connections, with their retries, and what else it does. */

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
  /** How many posts were refused for another reason, such as a missing permission (403). */
  refused: number;
}

export const NOTHING: Outcome = { gone: [], left: [], refused: 0 };

/** Sockets to API Gateway, each with one post at a time: at 10 ms a post, below its 10,000 a second. */
const CONCURRENCY = 64;
/** ms that one post may take before it counts as failed. */
const TIMEOUT_MS = 2_000;
/** ms before the second try, at most; it doubles with each try, and the pause is a random part of it. */
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
const dispatcher = new Agent({
  connections: CONCURRENCY,
  connect: { timeout: TIMEOUT_MS },
  headersTimeout: TIMEOUT_MS,
  bodyTimeout: TIMEOUT_MS,
});

/**
 * Posts side by side, and again with backoff after 429, 5xx and no answer, for `withinMs`.
 * @param openingMs ms in which the connections may still be opening, when 410 is the answer too
 */
export async function post(posts: readonly Post[], withinMs: number, openingMs = 0) {
  const deadline = Date.now() + withinMs;
  const openingUntil = Date.now() + openingMs;
  const outcome: Outcome = { gone: [], left: [], refused: 0 };
  await parallel(
    posts,
    async (one) => {
      const result = await postOne(one, deadline, openingUntil);
      if (result === "gone") outcome.gone.push(one.connectionId);
      if (result === "left") outcome.left.push(one);
      if (result === "refused") outcome.refused += 1;
    },
    CONCURRENCY,
  );
  return outcome;
}

async function postOne({ connectionId, body }: Post, deadline: number, openingUntil: number) {
  for (let attempt = 0; Date.now() < deadline; attempt++) {
    const status = await call("POST", connectionId, body);
    if (status === 200) return "sent";
    if (status === 410 && Date.now() >= openingUntil) return "gone";
    if (status !== undefined && status !== 410 && status !== 429 && status < 500) {
      // The same post would be refused again: a permission is missing, or there is a bug.
      log.error("post refused", { to: connectionId, status });
      return "refused";
    }
    const backoff = Math.random() * Math.min(MAX_BACKOFF_MS, BACKOFF_MS * 2 ** attempt);
    if (Date.now() + backoff > deadline) break;
    await sleep(backoff);
  }
  return "left";
}

/**
 * Closes a connection; its `$disconnect` follows, and removes what is stored of it.
 * @returns whether it was gone already
 */
export async function close(connectionId: string): Promise<boolean> {
  const status = await call("DELETE", connectionId);
  if (status !== 204 && status !== 410) log.error("not closed", { to: connectionId, status });
  return status === 410;
}

/** Whether API Gateway says that a connection is gone. */
export async function isGone(connectionId: string): Promise<boolean> {
  const status = await call("GET", connectionId);
  if (status !== 200 && status !== 410) log.warn("status unknown", { to: connectionId, status });
  return status === 410;
}

/** @returns the status, or undefined if there was no answer. */
async function call(method: "POST" | "GET" | "DELETE", connectionId: string, body?: string) {
  const { protocol, hostname, host, origin, pathname } = endpoint;
  const path = `${pathname}/@connections/${encodeURIComponent(connectionId)}`;
  const headers = {
    host,
    ...(body !== undefined && { "content-type": "text/plain; charset=utf-8" }),
  };
  const unsigned = new HttpRequest({ method, protocol, hostname, path, headers, body });
  const signed = await signer.sign(unsigned);
  try {
    const options = { dispatcher, method, headers: signed.headers, body: body ?? null };
    const response = await request(origin + signed.path, options);
    await response.body.dump();
    return response.statusCode;
  } catch (error) {
    log.warn("no answer", { to: connectionId, method, error: String(error) });
    return undefined;
  }
}
