import { createHmac, hash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { REGION } from "../arn.ts";
import { AwsError } from "../aws/operation.ts";
import type { Credentials } from "../lambda/credentials.ts";

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html

/** A request with its unchanged body: the signature is computed over these bytes. */
export interface AwsRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** Absent where S3 reads it later, and compares it with the hash that was signed. */
  readonly body?: Buffer;
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/, ]+)\/(\d+\/[^/, ]+\/([^/, ]+)\/\w+), *SignedHeaders=([^, ]+), *Signature=(\w+)$/;

/** How far the clocks of both sides may be apart. */
const MAX_MINUTES = 5;

/** How long a signature in a query may be valid, in seconds: a week. */
const MAX_EXPIRES = 604_800;

/**
 * Reads the Authorization header, or the query that stands for it. `service` is the one that the
 * request is signed for.
 * @throws {AwsError} if there is neither, or an incomplete one
 */
export function readAuthorization({ url, headers }: AwsRequest) {
  const query = new URLSearchParams(url.split(/\?(.*)/s)[1]);
  const part = (name: string) => query.get(`X-Amz-${name}`);
  const isInQuery = headers.authorization === undefined && query.has("X-Amz-Signature");
  const header = isInQuery
    ? `${part("Algorithm")} Credential=${part("Credential")}, SignedHeaders=${part("SignedHeaders")}, Signature=${part("Signature")}`
    : headers.authorization;
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
    time: String((isInQuery ? part("Date") : headers["x-amz-date"]) ?? ""),
    token: String((isInQuery ? part("Security-Token") : headers["x-amz-security-token"]) ?? ""),
    /** In seconds, of a signature in the query. */
    expires: isInQuery ? Number(part("Expires")) : undefined,
  };
}

type Authorization = ReturnType<typeof readAuthorization>;

/**
 * Who has signed a request, and for which service.
 * @throws {AwsError} unless a function or the developer has signed it
 */
export function authenticate(request: AwsRequest, credentials: Credentials, now?: number) {
  const authorization = readAuthorization(request);
  const { accessKeyId, service, token } = authorization;
  const principal = credentials.principal(accessKeyId, token);
  verifySignature(request, authorization, principal.secret, now);
  return { principal, service };
}

/** @throws {AwsError} unless the request was signed with the secret, and the signature is still valid */
export function verifySignature(
  request: AwsRequest,
  { service, scope, signedHeaders, signature, time, expires }: Authorization,
  secret: string,
  now = Date.now(),
): void {
  const { headers, body } = request;
  requireScope(scope, time, service);
  checkDate(time, now, expires);
  if (!signedHeaders.includes("host")) throw invalid("'Host' must be a signed header");
  // Every x-amz-* header must be signed, lest one is added on the way.
  const unsigned = Object.keys(headers).find(
    (name) => name.startsWith("x-amz-") && !signedHeaders.includes(name),
  );
  if (unsigned !== undefined) {
    throw invalid(`There were headers present in the request which were not signed: ${unsigned}`);
  }
  const given = headers["x-amz-content-sha256"];
  const isBody = given === undefined || body === undefined || given === sha256(body);
  const canonical = sha256(canonicalRequest(request, signedHeaders));
  const text = [ALGORITHM, time, scope, canonical].join("\n");
  requireSigned(text, isBody ? signature : "", { secret, scope });
}

/** @throws {AwsError} unless the credential is for this day, this Region and the service */
export function requireScope(scope: string, time: string, service: string): void {
  const wanted = `${time.split("T")[0]}/${REGION}/${service}/aws4_request`;
  if (scope === wanted) return;
  throw invalid(`Credential should be scoped to ${wanted} here, not ${scope}`);
}

/** @throws {AwsError} unless this is the text's signature */
export function requireSigned(
  text: string,
  signature: string,
  { secret, scope }: { secret: string; scope: string },
): void {
  if (isEqual(signature, hmac(signingKey(secret, scope), text).toString("hex"))) return;
  throw invalid(
    "The request signature we calculated does not match the signature you provided. " +
      "Check your AWS Secret Access Key and signing method. " +
      "Consult the service documentation for details.",
  );
}

const ALGORITHM = "AWS4-HMAC-SHA256";

function canonicalRequest(
  { method, url, headers, body }: AwsRequest,
  signedHeaders: readonly string[],
): string {
  const [path = "/", query = ""] = url.split(/\?(.*)/s);
  const values = signedHeaders.map((name) => [headers[name] ?? ""].flat().join(","));
  return [
    method,
    // The path is encoded already, and once more for every service but S3, which takes it as it is.
    body === undefined ? path : encode(path).replaceAll("%2F", "/"),
    canonicalQuery(query),
    ...signedHeaders.map((name, index) => `${name}:${values[index]?.trim().replace(/\s+/g, " ")}`),
    "",
    signedHeaders.join(";"),
    // Already compared with the body's hash.
    headers["x-amz-content-sha256"] ?? (body === undefined ? "UNSIGNED-PAYLOAD" : sha256(body)),
  ].join("\n");
}

function canonicalQuery(query: string): string {
  return [...new URLSearchParams(query)]
    .filter(([name]) => name !== "X-Amz-Signature")
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
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.length === other.length && timingSafeEqual(one, other);
}

/**
 * @param text a time as in `x-amz-date`
 * @param expires the seconds for which the signature is valid, if it says so itself
 * @throws {AwsError} unless it is valid now
 */
function checkDate(text: string, now: number, expires = MAX_MINUTES * 60): void {
  const time = timeOf(text);
  if (Number.isNaN(time)) {
    const problem = `Date must be in ISO-8601 'basic format'. Got '${text}'.`;
    throw new AwsError("IncompleteSignatureException", problem);
  }
  if (!(expires >= 1 && expires <= MAX_EXPIRES)) {
    throw new AwsError("AuthorizationQueryParametersError", "X-Amz-Expires must be up to a week");
  }
  const minutes = (now - time) / 60_000;
  if (minutes > expires / 60) {
    throw invalid(`Signature expired: ${text} is more than ${expires / 60} minutes ago`);
  }
  if (minutes < -MAX_MINUTES) {
    throw invalid(`Signature not yet current: ${text} is in more than ${MAX_MINUTES} minutes`);
  }
}

/** What a time says, in ms since the epoch; NaN if it is none. */
function timeOf(text: string): number {
  const iso = text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z");
  return iso === text ? Number.NaN : Date.parse(iso);
}

function invalid(message: string): AwsError {
  return new AwsError("InvalidSignatureException", message);
}
