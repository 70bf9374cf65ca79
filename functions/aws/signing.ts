import { createHmac, hash } from "node:crypto";
import { requireEnv } from "../env.ts";

/**
 * Signature Version 4, for requests without a query:
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
  const time = now.toISOString().replace(/[-:]|\.\d+/g, "");
  const date = time.slice(0, 8);
  const signed: Record<string, string> = { ...headers, "x-amz-date": time };
  if (sessionToken) signed["x-amz-security-token"] = sessionToken;
  const names = Object.keys(signed).sort();
  const list = names.join(";");
  const lines = names.map((name) => `${name}:${signed[name]}\n`).join("");
  const rest = `\n\n${lines}\n${list}\n${hash("sha256", body)}`;
  const scope = `${date}/${region}/${service}/aws4_request`;
  const begin = `${ALGORITHM}\n${time}\n${scope}\n`;
  const key = keyOf(date, service);
  const flat = Object.entries(signed).flat();
  const authorization = `${ALGORITHM} Credential=${accessKeyId}/${scope}, SignedHeaders=${list}, Signature=`;
  return (path) => {
    const text = begin + hash("sha256", `${method}\n${encodePath(path)}${rest}`);
    return [...flat, "authorization", authorization + hmac(key, text).toString("hex")];
  };
}

/** An encoded path is encoded once more. */
function encodePath(path: string): string {
  return encodeURIComponent(path)
    .replaceAll("%2F", "/")
    .replace(/[!'()*]/g, percent);
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

/** The key for a service is valid for a day. */
const keys = new Map<string, { date: string; key: Buffer }>();

function keyOf(date: string, service: string): Buffer {
  const known = keys.get(service);
  if (known?.date === date) return known.key;
  const parts = [date, region, service, "aws4_request"];
  const key = parts.reduce<Buffer>(hmac, Buffer.from(`AWS4${secretAccessKey}`));
  keys.set(service, { date, key });
  return key;
}
