import * as http from "node:http";
import * as https from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { log, requireEnv } from "../lambda.ts";
import { signer, type Unsigned } from "./signing.ts";

/**
 * Signed requests over connections that are kept open. Node's own client with a bare signer takes a
 * sixth of the SDK's CPU time for a post, and a busy chat mostly posts.
 */

/**
 * Sockets to a service: at 15 ms a post they carry API Gateway's quota of 10,000 posts a second.
 */
export const SOCKETS = 150;
/** ms that one request may take before it counts as unanswered. */
const TIMEOUT_MS = 2_000;

const options = { keepAlive: true, maxSockets: SOCKETS };
const httpAgent = new http.Agent(options);
const httpsAgent = new https.Agent(options);

/** What requests to a service have in common; of `url` scheme and host. */
type Common = { url: URL } & Pick<Unsigned, "service" | "method"> & Partial<Unsigned>;

interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: string;
}

/** Sends one request. @returns the answer, or undefined if none came within `withinMs` */
export type Send = (path: string, withinMs?: number) => Promise<Answer | undefined>;

/**
 * Signs requests that differ only in their paths, such as a text for many connections. It must be
 * used within the 5 minutes for which a signature is valid.
 */
export function prepare({ url, service, method, headers = {}, body = "" }: Common): Send {
  const sign = signer({ service, method, headers: { ...headers, host: url.host }, body });
  const length = ["content-length", String(Buffer.byteLength(body))];
  return (path, withinMs) =>
    exchange({ url, method, path, headers: [...sign(path), ...length], body }, withinMs);
}

interface Exchange {
  /** Scheme and host. */
  url: URL;
  method: string;
  path: string;
  headers?: string[];
  body?: string;
}

/** Sends a request that is signed already. */
export function exchange(sending: Exchange, withinMs = TIMEOUT_MS): Promise<Answer | undefined> {
  const { url, method, path, headers = ["host", url.host], body } = sending;
  const { protocol, hostname, port } = url;
  const { request } = protocol === "https:" ? https : http;
  const agent = protocol === "https:" ? httpsAgent : httpAgent;
  return new Promise((resolve) => {
    const sent = request({ agent, hostname, port, method, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk) => chunks.push(chunk));
      // Also if the answer is cut off.
      response.on("close", () => {
        clearTimeout(timer);
        const { complete, headers, statusCode: status = 0 } = response;
        const body = Buffer.concat(chunks).toString();
        resolve(complete ? { status, headers, body } : undefined);
      });
    });
    let late = false;
    const timer = setTimeout(
      () => {
        late = true;
        sent.destroy(new Error("timed out"));
      },
      Math.min(withinMs, TIMEOUT_MS),
    );
    sent.on("error", (error) => {
      clearTimeout(timer);
      // The service had closed the connection, as it does while a function is frozen.
      if (sent.reusedSocket && !late) return resolve(exchange(sending, withinMs));
      log.warn("no answer", { host: url.host, method, error: String(error) });
      resolve(undefined);
    });
    sent.end(body);
  });
}

/** Tries of a request that must get through, and the longest pause in ms before the second one. */
const MAX_TRIES = 3;
const PAUSE_MS = 100;

/**
 * Sends a request again after 429, 5xx and no answer, a few times.
 * @returns the last status, undefined if there was no answer
 */
export async function sendAgain(send: Send, path: string): Promise<number | undefined> {
  for (let tries = 1; ; tries++) {
    const { status } = (await send(path)) ?? {};
    const mayPass = status === undefined || status === 429 || status >= 500;
    if (!mayPass || tries === MAX_TRIES) return status;
    await sleep(Math.random() * PAUSE_MS * tries);
  }
}

/** The address of a service: from the variables that the SDKs read, or AWS's own. */
export function addressOf(service: "dynamodb" | "lambda"): URL {
  const { AWS_ENDPOINT_URL, [`AWS_ENDPOINT_URL_${service.toUpperCase()}`]: own } = process.env;
  const region = requireEnv("AWS_REGION");
  const suffix = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  return new URL(own ?? AWS_ENDPOINT_URL ?? `https://${service}.${region}.${suffix}`);
}
