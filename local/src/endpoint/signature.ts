import { createHmac, hash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { REGION } from "../arn.ts";
import { AwsError } from "../aws/operation.ts";

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html

/** A request with its unchanged body: the signature is computed over these bytes. */
export interface AwsRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/, ]+)\/(\d+\/[^/, ]+\/([^/, ]+)\/\w+), *SignedHeaders=([^, ]+), *Signature=(\w+)$/;

/** How far the clocks of both sides may be apart. */
const MAX_MINUTES = 5;

/**
 * Reads the Authorization header. `service` is the one that the request is signed for.
 * @throws {AwsError} if there is no header, or an incomplete one
 */
export function readAuthorization({ headers }: AwsRequest) {
  const header = headers.authorization;
  if (header === undefined) {
    throw new AwsError("MissingAuthenticationTokenException", "Missing Authentication Token");
  }
  const [, accessKeyId, scope, service, signedHeaders, signature] =
    AUTHORIZATION.exec(header) ?? [];
  if (!accessKeyId || !scope || !service || !signedHeaders || !signature) {
    throw new AwsError(
      "IncompleteSignatureException",
      "The Authorization header has no complete AWS4-HMAC-SHA256 signature",
    );
  }
  return {
    accessKeyId,
    scope,
    service,
    signedHeaders: signedHeaders.split(";"),
    signature,
  };
}

/** @throws {AwsError} unless the request has just been signed with the secret */
export function verifySignature(
  request: AwsRequest,
  { service, scope, signedHeaders, signature }: ReturnType<typeof readAuthorization>,
  secret: string,
  now = Date.now(),
): void {
  const { headers, body } = request;
  const time = String(headers["x-amz-date"] ?? "");
  const wanted = `${time.split("T")[0]}/${REGION}/${service}/aws4_request`;
  if (scope !== wanted) {
    throw invalid(`Credential should be scoped to ${wanted} here, not ${scope}`);
  }
  checkDate(time, now);
  if (!signedHeaders.includes("host")) throw invalid("'Host' must be a signed header");
  // Every x-amz-* header must be signed, lest one is added on the way.
  const unsigned = Object.keys(headers).find(
    (name) => name.startsWith("x-amz-") && !signedHeaders.includes(name),
  );
  if (unsigned !== undefined) {
    throw invalid(`There were headers present in the request which were not signed: ${unsigned}`);
  }
  const given = headers["x-amz-content-sha256"];
  const isBody = given === undefined || given === sha256(body);
  const expected = sign(request, scope, secret, signedHeaders, time);
  if (!isBody || !isEqual(signature, expected)) {
    throw invalid(
      "The request signature we calculated does not match the signature you provided. " +
        "Check your AWS Secret Access Key and signing method. " +
        "Consult the service documentation for details.",
    );
  }
}

const ALGORITHM = "AWS4-HMAC-SHA256";

/** The signature of a request that was made at `time`. */
function sign(
  request: AwsRequest,
  scope: string,
  secret: string,
  signedHeaders: readonly string[],
  time: string,
): string {
  const canonical = sha256(canonicalRequest(request, signedHeaders));
  const text = [ALGORITHM, time, scope, canonical].join("\n");
  return hmac(signingKey(secret, scope), text).toString("hex");
}

function canonicalRequest(
  { method, url, headers, body }: AwsRequest,
  signedHeaders: readonly string[],
): string {
  const [path = "/", query = ""] = url.split(/\?(.*)/s);
  const values = signedHeaders.map((name) => [headers[name] ?? ""].flat().join(","));
  return [
    method,
    // The path is encoded already, and once more for this.
    encode(normalize(path)).replaceAll("%2F", "/"),
    canonicalQuery(query),
    ...signedHeaders.map((name, index) => `${name}:${values[index]?.trim().replace(/\s+/g, " ")}`),
    "",
    signedHeaders.join(";"),
    // Whether it is the body's hash has been looked at.
    headers["x-amz-content-sha256"] ?? sha256(body),
  ].join("\n");
}

/** A path without empty parts, `.` and `..`. */
function normalize(path: string): string {
  if (!/\/\/|\/\./.test(path)) return path;
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}${parts.length > 0 && path.endsWith("/") ? "/" : ""}`;
}

function canonicalQuery(query: string): string {
  return [...new URLSearchParams(query)]
    .map((pair) => pair.map(encode).join("\0"))
    .sort()
    .map((pair) => pair.replace("\0", "="))
    .join("&");
}

function encode(text: string): string {
  const hex = (one: string) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text).replace(/[!'()*]/g, hex);
}

/** The keys of the secrets by scope, which names the day; they are few. */
const keys = new Map<string, Buffer>();

function signingKey(secret: string, scope: string): Buffer {
  const id = `${scope} ${secret}`;
  const known = keys.get(id);
  if (known !== undefined) return known;
  if (keys.size > 100) keys.clear();
  const key = scope.split("/").reduce<Buffer>(hmac, Buffer.from(`AWS4${secret}`));
  keys.set(id, key);
  return key;
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

function sha256(content: string | Buffer): string {
  return hash("sha256", content);
}

function isEqual(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

/** @throws {AwsError} unless the time is at most some minutes away from now, as in `x-amz-date` */
function checkDate(text: string, now: number): void {
  const iso = text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z");
  const date = new Date(iso);
  if (iso === text || Number.isNaN(date.getTime())) {
    const problem = `Date must be in ISO-8601 'basic format'. Got '${text}'.`;
    throw new AwsError("IncompleteSignatureException", problem);
  }
  const minutes = (now - date.getTime()) / 60_000;
  if (minutes > MAX_MINUTES) {
    throw invalid(`Signature expired: ${text} is more than ${MAX_MINUTES} minutes ago`);
  }
  if (minutes < -MAX_MINUTES) {
    throw invalid(`Signature not yet current: ${text} is in more than ${MAX_MINUTES} minutes`);
  }
}

function invalid(message: string): AwsError {
  return new AwsError("InvalidSignatureException", message);
}
