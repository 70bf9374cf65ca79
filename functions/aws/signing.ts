import { createHmac, hash } from "node:crypto";
import { requireEnv } from "../lambda.ts";

/**
 * Signature Version 4, in the headers of requests without a query, in queries, and in forms:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */

export interface Unsigned {
  service: string;
  method: string;
  /** With names in lower case. All of them are signed. */
  headers: Readonly<Record<string, string>>;
  body: string;
}

const ALGORITHM = "AWS4-HMAC-SHA256";

// An execution environment keeps its credentials for all its life.
const accessKeyId = requireEnv("AWS_ACCESS_KEY_ID");
const secretAccessKey = requireEnv("AWS_SECRET_ACCESS_KEY");
const sessionToken = process.env.AWS_SESSION_TOKEN;
const region = requireEnv("AWS_REGION");

/**
 * Signs requests that differ only in their paths, such as the same text to many connections.
 * @returns a function that makes a request's headers from its percent-encoded path
 */
export function signer(
  { service, method, headers, body }: Unsigned,
  now = new Date(),
): (path: string) => string[] {
  const { time, credential, signRequest } = prepareSigning(service, now);
  const signed: Record<string, string> = { ...headers, "x-amz-date": time };
  if (sessionToken) signed["x-amz-security-token"] = sessionToken;
  const names = Object.keys(signed).sort();
  const list = names.join(";");
  const lines = names.map((name) => `${name}:${signed[name]}\n`).join("");
  const rest = `\n\n${lines}\n${list}\n${hash("sha256", body)}`;
  const flat = Object.entries(signed).flat();
  const authorization = `${ALGORITHM} Credential=${credential}, SignedHeaders=${list}, Signature=`;
  return (path) => {
    const signature = signRequest(`${method}\n${encodePath(path)}${rest}`);
    return [...flat, "authorization", authorization + signature];
  };
}

/** What all signatures for a service at a time have in common. */
function prepareSigning(service: string, now: Date) {
  const time = now.toISOString().replace(/[-:]|\.\d+/g, "");
  const date = time.slice(0, 8);
  const scope = `${date}/${region}/${service}/aws4_request`;
  const key = keyOf(date, service);
  const sign = (text: string) => hmac(key, text).digest("hex");
  const signRequest = (request: string) =>
    sign(`${ALGORITHM}\n${time}\n${scope}\n${hash("sha256", request)}`);
  return { time, credential: `${accessKeyId}/${scope}`, sign, signRequest };
}

/** What a query or a form says about its signature. */
function signatureFields({ time, credential }: { time: string; credential: string }) {
  return {
    "X-Amz-Algorithm": ALGORITHM,
    "X-Amz-Credential": credential,
    "X-Amz-Date": time,
    ...(sessionToken && { "X-Amz-Security-Token": sessionToken }),
  };
}

/** A request to S3 that whoever has its address can send, for some time. */
export interface Addressed {
  method: "GET" | "HEAD" | "DELETE";
  host: string;
  /** Of characters that need no encoding. */
  path: string;
  query: Readonly<Record<string, string>>;
  seconds: number;
}

/** @returns path and query */
export function signAddress(
  { method, host, path, query, seconds }: Addressed,
  now = new Date(),
): string {
  const signing = prepareSigning("s3", now);
  const expires = { "X-Amz-Expires": String(seconds), "X-Amz-SignedHeaders": "host" };
  const pairs = Object.entries({ ...query, ...signatureFields(signing), ...expires })
    .map((pair) => pair.map(encode).join("\0"))
    .sort()
    .map((pair) => pair.replace("\0", "="))
    .join("&");
  const request = `${method}\n${path}\n${pairs}\nhost:${host}\n\nhost\nUNSIGNED-PAYLOAD`;
  return `${path}?${pairs}&X-Amz-Signature=${signing.signRequest(request)}`;
}

/**
 * The fields of a form that posts one file to S3: these alone, with a file of this size.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
 */
export function signForm(
  bucket: string,
  given: Readonly<Record<string, string>>,
  { size, seconds }: { size: number; seconds: number },
  now = new Date(),
): Record<string, string> {
  const signing = prepareSigning("s3", now);
  const all = { ...given, ...signatureFields(signing) };
  const conditions = [
    { bucket },
    ...Object.entries(all).map(([name, value]) => ({ [name]: value })),
    ["content-length-range", size, size],
  ];
  const expiration = new Date(now.getTime() + seconds * 1_000).toISOString();
  const policy = Buffer.from(JSON.stringify({ expiration, conditions })).toString("base64");
  return { ...all, Policy: policy, "X-Amz-Signature": signing.sign(policy) };
}

/** Signature Version 4 encodes an already encoded path a second time. */
function encodePath(path: string): string {
  return encode(path).replaceAll("%2F", "/");
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, percent);
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

function hmac(key: Buffer, text: string) {
  return createHmac("sha256", key).update(text);
}

/** The key for a service is valid for a day. */
const keys = new Map<string, { date: string; key: Buffer }>();

function keyOf(date: string, service: string): Buffer {
  const known = keys.get(service);
  if (known?.date === date) return known.key;
  const parts = [date, region, service, "aws4_request"];
  const secret = Buffer.from(`AWS4${secretAccessKey}`);
  const key = parts.reduce((key, part) => hmac(key, part).digest(), secret);
  keys.set(service, { date, key });
  return key;
}
