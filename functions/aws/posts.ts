import { setTimeout as sleep } from "node:timers/promises";
import { log, requireEnv } from "../lambda.ts";
import { parallel } from "../parallel.ts";
import { prepare, type Send, SOCKETS, sendAgain } from "./requests.ts";
import { isServiceBusy, noteGone, notePassed, noteRefused, refusesFor } from "./stalled.ts";

/** API Gateway's management API: posts to connections, with retries, and closing connections. */

export interface Post {
  connectionId: string;
  body: string;
}

export interface Outcome {
  /** Connections that API Gateway says are gone (410). */
  gone: string[];
  /** Posts that did not get through in time, or whose answer is not known. */
  left: Post[];
  /** How many posts were refused for another reason, such as a missing permission (403). */
  refused: number;
}

/**
 * The longest pause in ms before the second try. It doubles with each try; each pause is random.
 */
const BACKOFF_MS = 20;
const MAX_BACKOFF_MS = 1_000;
/** The longest pause in ms before each post while the service is too busy; the pause is random. */
const BUSY_PAUSE_MS = 200;
/** ms at the end in which no post begins, so that answers that are on their way still count. */
const LAST_MS = 50;

const endpoint = new URL(requireEnv("CALLBACK_URL"));
const service = "execute-api";

/** Posts side by side, and retries with backoff after 429, 5xx and no answer, for `withinMs`. */
export async function post(posts: readonly Post[], withinMs: number): Promise<Outcome> {
  const deadline = Date.now() + withinMs;
  const outcome: Outcome = { gone: [], left: [], refused: 0 };
  const headers = { "content-type": "text/plain; charset=utf-8" };
  /** By text, since many connections get the same one. */
  const sends = new Map<string, Send>();
  await parallel(
    posts,
    async (one) => {
      const { connectionId, body } = one;
      const send =
        sends.get(body) ?? prepare({ url: endpoint, service, method: "POST", headers, body });
      sends.set(body, send);
      const result = await postOne(connectionId, send, deadline, withinMs);
      if (result === "gone") outcome.gone.push(connectionId);
      if (result === "left") outcome.left.push(one);
      if (result === "refused") outcome.refused += 1;
    },
    SOCKETS,
  );
  return outcome;
}

async function postOne(connectionId: string, send: Send, deadline: number, withinMs: number) {
  const path = pathOf(connectionId);
  if (isServiceBusy()) await sleep(Math.random() * BUSY_PAUSE_MS);
  for (let attempt = 0; Date.now() < deadline - LAST_MS; attempt++) {
    const { status } = (await send(path, deadline - Date.now())) ?? {};
    if (status === 200) {
      notePassed(connectionId);
      return "sent";
    }
    if (status === 410) {
      noteGone(connectionId);
      return "gone";
    }
    if (status === 429 && noteRefused(connectionId)) {
      // The client connects again, and reads what it has missed from the log.
      log.warn("closing a connection whose client does not read", { to: connectionId });
      return (await close(connectionId)) ? "gone" : "closed";
    }
    // An earlier post has waited as long for it: one stalled client must not delay every ack.
    if (status === 429 && refusesFor(connectionId) >= withinMs) break;
    if (status !== undefined && status !== 429 && status < 500) {
      // The same post would be refused again: a permission is missing, or there is a bug.
      log.error("post refused", { to: connectionId, status });
      return "refused";
    }
    const backoff = Math.random() * Math.min(MAX_BACKOFF_MS, BACKOFF_MS * 2 ** attempt);
    if (Date.now() + backoff > deadline - LAST_MS) break;
    await sleep(backoff);
  }
  return "left";
}

/**
 * Closes a connection. Its `$disconnect` follows, which removes what is stored of it.
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

function call(method: "GET" | "DELETE", connectionId: string): Promise<number | undefined> {
  return sendAgain(prepare({ url: endpoint, service, method }), pathOf(connectionId));
}

function pathOf(connectionId: string): string {
  return `${endpoint.pathname}/@connections/${encodeURIComponent(connectionId)}`;
}
