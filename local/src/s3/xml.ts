import { type Answer, AwsError } from "../aws/operation.ts";
import type { Bucket } from "./bucket.ts";

// S3's answers in XML.

const MAX_KEYS = 1_000;

function xml(status: number, text: string): Answer {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n${text}`;
  return { status, headers: { "content-type": "application/xml" }, body };
}

function tag(name: string, content: string | number | boolean): string {
  const escaped = String(content).replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`);
  return `<${name}>${escaped}</${name}>`;
}

/** ListObjectsV2: what is below a further delimiter is listed as one common prefix. */
export function listObjects(bucket: Bucket, query: URLSearchParams): Answer {
  const prefix = query.get("prefix") ?? "";
  const delimiter = query.get("delimiter") ?? "";
  const after = query.get("continuation-token") ?? query.get("start-after") ?? "";
  const encode = (text: string) =>
    query.get("encoding-type") === "url" ? encodeURIComponent(text).replaceAll("%2F", "/") : text;
  const limit = Math.min(MAX_KEYS, Number(query.get("max-keys") ?? MAX_KEYS));
  const listed = new Map<string, string>();
  let last = "";
  let isTruncated = false;
  for (const { key, at, etag, size } of bucket.list()) {
    if (!key.startsWith(prefix)) continue;
    const cut = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    const name = cut < 0 ? key : key.slice(0, cut + delimiter.length);
    if (name <= after || listed.has(name)) continue;
    isTruncated = listed.size >= limit;
    if (isTruncated) break;
    last = name;
    const time = tag("LastModified", new Date(at).toISOString());
    const more = `${time}${tag("ETag", etag)}${tag("Size", size)}${tag("StorageClass", "STANDARD")}`;
    listed.set(
      name,
      cut < 0
        ? `<Contents>${tag("Key", encode(key))}${more}</Contents>`
        : `<CommonPrefixes>${tag("Prefix", encode(name))}</CommonPrefixes>`,
    );
  }
  const parts = [
    tag("Name", bucket.definition.name),
    tag("Prefix", encode(prefix)),
    tag("KeyCount", listed.size),
    tag("MaxKeys", limit),
    tag("IsTruncated", isTruncated),
    isTruncated ? tag("NextContinuationToken", last) : "",
    ...listed.values(),
  ];
  return xml(200, `<ListBucketResult>${parts.join("")}</ListBucketResult>`);
}

/** The errors whose status is not 403. */
const STATUS: Readonly<Record<string, number>> = {
  EntityTooLarge: 400,
  EntityTooSmall: 400,
  IncompleteBody: 400,
  InternalError: 500,
  InvalidRange: 416,
  InvalidURI: 400,
  MalformedPOSTRequest: 400,
  NoSuchBucket: 404,
  NoSuchKey: 404,
  NoSuchVersion: 404,
  NotImplemented: 501,
  XAmzContentSHA256Mismatch: 400,
};

/** S3's names of errors that the other services call something else. */
const NAMES: Readonly<Record<string, string>> = {
  AccessDeniedException: "AccessDenied",
  IncompleteSignatureException: "AuthorizationHeaderMalformed",
  InvalidSignatureException: "SignatureDoesNotMatch",
  MissingAuthenticationTokenException: "AccessDenied",
  UnrecognizedClientException: "InvalidAccessKeyId",
};

/** An answer to a request that was refused, or could not be served. */
export function errorAnswer(error: unknown, method = ""): Answer {
  const known =
    error instanceof URIError ? new AwsError("InvalidURI", "The path is no valid URL") : error;
  if (!(known instanceof AwsError)) console.error(error);
  const { type, message } =
    known instanceof AwsError ? known : new AwsError("InternalError", "Something went wrong");
  const code = NAMES[type] ?? type;
  const answer = xml(
    STATUS[code] ?? 403,
    `<Error>${tag("Code", code)}${tag("Message", message)}</Error>`,
  );
  return method === "HEAD" ? { ...answer, body: "" } : answer;
}
