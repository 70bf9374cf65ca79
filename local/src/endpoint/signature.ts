import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { HttpRequest } from "@smithy/core/protocols";
import { Hash } from "@smithy/hash-node";
import { SignatureV4 } from "@smithy/signature-v4";
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
    signedHeaders: new Set(signedHeaders.split(";")),
    signature,
  };
}

/** @throws {AwsError} unless the request has just been signed with the secret */
export async function verifySignature(
  request: AwsRequest,
  { accessKeyId, service, scope, signedHeaders, signature }: ReturnType<typeof readAuthorization>,
  secretAccessKey: string,
  now = Date.now(),
): Promise<void> {
  const { headers, body } = request;
  const time = String(headers["x-amz-date"] ?? "");
  const wanted = `${time.split("T")[0]}/${REGION}/${service}/aws4_request`;
  if (scope !== wanted) {
    throw invalid(`Credential should be scoped to ${wanted} here, not ${scope}`);
  }
  const signingDate = readDate(time, now);
  if (!signedHeaders.has("host")) throw invalid("'Host' must be a signed header");
  // Every x-amz-* header must be signed, lest one is added on the way.
  const unsigned = Object.keys(headers).find(
    (name) => name.startsWith("x-amz-") && !signedHeaders.has(name),
  );
  if (unsigned !== undefined) {
    throw invalid(`There were headers present in the request which were not signed: ${unsigned}`);
  }
  const given = headers["x-amz-content-sha256"];
  // The signer takes the body's hash from this header, if it is there.
  const isBody = given === undefined || given === createHash("sha256").update(body).digest("hex");
  const credentials = { accessKeyId, secretAccessKey };
  const expected = await sign(request, service, credentials, signedHeaders, signingDate);
  if (!isBody || !isEqual(signature, expected)) {
    throw invalid(
      "The request signature we calculated does not match the signature you provided. " +
        "Check your AWS Secret Access Key and signing method. " +
        "Consult the service documentation for details.",
    );
  }
}

/** The signature of a request, as the SDK makes it. */
async function sign(
  { method, url, headers, body }: AwsRequest,
  service: string,
  credentials: { accessKeyId: string; secretAccessKey: string },
  signedHeaders: ReadonlySet<string>,
  signingDate: Date,
): Promise<string> {
  const [path = "/", query = ""] = url.split(/\?(.*)/s);
  const parameters = new URLSearchParams(query);
  const signer = new SignatureV4({
    service,
    region: REGION,
    credentials,
    sha256: Hash.bind(null, "sha256"),
    applyChecksum: false,
  });
  const signed = await signer.sign(
    new HttpRequest({
      method,
      path,
      query: Object.fromEntries(
        [...parameters.keys()].map((name) => [name, parameters.getAll(name)]),
      ),
      headers: Object.fromEntries(
        [...signedHeaders].map((name) => [name, [headers[name] ?? ""].flat().join(",")]),
      ),
      body,
    }),
    { signingDate, signableHeaders: new Set(signedHeaders) },
  );
  return signed.headers.authorization?.split("Signature=")[1] ?? "";
}

function isEqual(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

/** @throws {AwsError} unless the time is at most some minutes away from now, as in `x-amz-date` */
function readDate(text: string, now: number): Date {
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
  return date;
}

function invalid(message: string): AwsError {
  return new AwsError("InvalidSignatureException", message);
}
