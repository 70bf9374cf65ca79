import { createHmac, hash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { AwsError } from "../aws/error.ts";
import { REGION } from "../aws/place.ts";

/** A request as it came. Its signature is over the bytes, not over what they are read as. */
export interface AwsRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

interface Authorization {
  readonly accessKeyId: string;
  /** `date/region/service/aws4_request` */
  readonly scope: readonly string[];
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html */
const MAX_AGE_MINUTES = 5;

/** @throws {AwsError} where there is none, or no complete one */
export function readAuthorization({ headers }: AwsRequest): Authorization {
  const header = headers.authorization;
  if (header === undefined) {
    throw new AwsError("MissingAuthenticationTokenException", "Missing Authentication Token");
  }
  const [, credential = "", signed = "", signature = ""] =
    /^AWS4-HMAC-SHA256 Credential=([^, ]+), *SignedHeaders=([^, ]+), *Signature=(\w+)$/.exec(
      header,
    ) ?? [];
  const [accessKeyId, ...scope] = credential.split("/");
  if (!accessKeyId || scope.length !== 4) {
    throw new AwsError(
      "IncompleteSignatureException",
      "Authorization is no complete AWS4-HMAC-SHA256 signature in a header",
    );
  }
  return { accessKeyId, scope, signedHeaders: signed.split(";"), signature };
}

/** @throws {AwsError} for a signature that is not the secret's over this request, of now */
export function verifySignature(
  request: AwsRequest,
  { scope, signedHeaders, signature }: Authorization,
  service: string,
  secret: string,
  now = Date.now(),
): void {
  const time = String(request.headers["x-amz-date"] ?? "");
  const [date = ""] = time.split("T");
  const wanted = [date, REGION, service, "aws4_request"];
  if (scope.join("/") !== wanted.join("/")) {
    throw invalid(
      `Credential should be scoped to ${wanted.join("/")} here, not ${scope.join("/")}`,
    );
  }
  checkAge(time, now);
  if (!signedHeaders.includes("host")) throw invalid("'Host' must be a signed header");
  // SigV4 wants every x-amz-* header signed, lest one is added on the way.
  const unsigned = Object.keys(request.headers).find(
    (name) => name.startsWith("x-amz-") && !signedHeaders.includes(name),
  );
  if (unsigned !== undefined) {
    throw invalid(`There were headers present in the request which were not signed: ${unsigned}`);
  }
  const text = [
    "AWS4-HMAC-SHA256",
    time,
    wanted.join("/"),
    sha256(canonical(request, signedHeaders)),
  ];
  const expected = createHmac("sha256", signingKey(secret, date, service))
    .update(text.join("\n"))
    .digest();
  const given = Buffer.from(signature, "hex");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw invalid(
      "The request signature we calculated does not match the signature you provided. " +
        "Check your AWS Secret Access Key and signing method. " +
        "Consult the service documentation for details.",
    );
  }
}

function canonical({ method, url, headers, body }: AwsRequest, signedHeaders: readonly string[]) {
  const [path = "/", query = ""] = url.split(/\?(.*)/s);
  return [
    method,
    path.split("/").map(encode).join("/"),
    canonicalQuery(query),
    ...signedHeaders.map((name) => `${name}:${headerValue(headers[name])}`),
    "",
    signedHeaders.join(";"),
    sha256(body),
  ].join("\n");
}

function canonicalQuery(query: string): string {
  return [...new URLSearchParams(query)]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join("&");
}

function headerValue(value: string | readonly string[] | undefined): string {
  const text = typeof value === "string" ? value : (value ?? []).join(",");
  return text.trim().replaceAll(/ {2,}/g, " ");
}

/** RFC 3986, which leaves fewer characters than encodeURIComponent. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function checkAge(time: string, now: number): void {
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(time) ?? [];
  const [year = Number.NaN, month = 1, day, hour, minute, second] = parts.map(Number);
  const signedAt = Date.UTC(year, month - 1, day, hour, minute, second);
  if (Number.isNaN(signedAt)) {
    throw new AwsError(
      "IncompleteSignatureException",
      `Date must be in ISO-8601 'basic format'. Got '${time}'.`,
    );
  }
  const minutes = (now - signedAt) / 60_000;
  if (minutes > MAX_AGE_MINUTES) {
    const oldest = basic(now - MAX_AGE_MINUTES * 60_000);
    throw invalid(
      `Signature expired: ${time} is now earlier than ${oldest} (${basic(now)} - ${MAX_AGE_MINUTES} min.)`,
    );
  }
  if (minutes < -MAX_AGE_MINUTES) {
    const newest = basic(now + MAX_AGE_MINUTES * 60_000);
    throw invalid(
      `Signature not yet current: ${time} is still later than ${newest} (${basic(now)} + ${MAX_AGE_MINUTES} min.)`,
    );
  }
}

function basic(time: number): string {
  return new Date(time).toISOString().replaceAll(/[-:]|\.\d+/g, "");
}

/** The last few keys: a function signs with one a day and service. */
const keys = new Map<string, Buffer>();

function signingKey(secret: string, ...scope: readonly [date: string, service: string]): Buffer {
  const id = [secret, ...scope].join("/");
  const known = keys.get(id);
  if (known !== undefined) return known;
  const [date, service] = scope;
  const key = [date, REGION, service, "aws4_request"].reduce<string | Buffer>(
    (from, part) => createHmac("sha256", from).update(part).digest(),
    `AWS4${secret}`,
  );
  if (keys.size > 100) keys.clear();
  keys.set(id, Buffer.from(key));
  return Buffer.from(key);
}

function sha256(data: string | Buffer): string {
  return hash("sha256", data);
}

function invalid(message: string): AwsError {
  return new AwsError("InvalidSignatureException", message);
}
