import { createReadStream } from "node:fs";
import type { IncomingMessage } from "node:http";
import { type Answer, AwsError, type Operation } from "../aws/operation.ts";
import type { Bucket, Version } from "./bucket.ts";
import { listObjects } from "./xml.ts";

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html

/** A request, and what it is about. */
interface ObjectRequest {
  readonly incoming: IncomingMessage;
  readonly bucket: Bucket;
  readonly key: string;
  readonly query: URLSearchParams;
}

/** The parts of a query that change no operation, beside those of the signature. */
const HARMLESS = /^(x-amz-|response-|x-id$|versionId$)/i;

/** @throws {AwsError} if the operation does not run here */
export function objectOperation(request: ObjectRequest): Operation {
  const { incoming, bucket, key, query } = request;
  const { method, headers } = incoming;
  const id = query.get("versionId") ?? undefined;
  const ofVersion = id === undefined ? "" : "Version";
  const operation = (action: string, run: () => Answer | Promise<Answer>) => ({
    ...onBucket(bucket, key, action),
    run: async () => run(),
  });
  const of = [...query.keys()].filter((name) => !HARMLESS.test(name)).join(" ");
  if (key === "" && method === "GET" && query.has("list-type")) {
    return operation("ListBucket", () => listObjects(bucket, query));
  }
  switch (key === "" ? "" : `${method} ${of}`) {
    case "GET ":
    case "HEAD ":
      return operation(`GetObject${ofVersion}`, () => read(request, id));
    case "PUT ":
      if (headers["x-amz-copy-source"] !== undefined) break;
      return {
        ...operation("PutObject", () => put(request)),
        ...(headers["x-amz-tagging"] !== undefined && { alsoAction: "s3:PutObjectTagging" }),
      };
    case "DELETE ":
      return operation(`DeleteObject${ofVersion}`, async () => {
        const deleted = await bucket.delete(key, id);
        return { status: 204, headers: versionHeaders(bucket, deleted) };
      });
    case "DELETE tagging":
      return operation(`DeleteObject${ofVersion}Tagging`, async () => {
        const version = found(bucket, key, id);
        await bucket.untag(version);
        return { status: 204, headers: versionHeaders(bucket, version) };
      });
  }
  const message = `${method} ${[...query.keys()].join(" ")} of s3 does not run on this machine`;
  throw new AwsError("NotImplemented", message);
}

/** An action on an object, or on the bucket. */
export function onBucket({ definition: { name, denials } }: Bucket, key: string, action: string) {
  const resource = `arn:aws:s3:::${name}${key === "" ? "" : `/${key}`}`;
  return {
    service: "s3",
    action: `s3:${action}`,
    resources: [resource],
    denials,
    body: "",
  } as const;
}

export function versionHeaders({ definition }: Bucket, version: Version | undefined) {
  return {
    ...(definition.versioned && version && { "x-amz-version-id": version.id }),
    ...(version?.deleted && { "x-amz-delete-marker": "true" }),
  };
}

function found(bucket: Bucket, key: string, id?: string): Version {
  const version = bucket.find(key, id);
  if (version !== undefined && !version.deleted) return version;
  const [type, what] = id === undefined ? ["NoSuchKey", "key"] : ["NoSuchVersion", "version"];
  throw new AwsError(type ?? "", `The specified ${what} does not exist.`);
}

const OVERRIDES = ["cache-control", "content-disposition", "content-language", "content-type"];

function read({ incoming, bucket, key, query }: ObjectRequest, id?: string): Answer {
  const version = found(bucket, key, id);
  const range = rangeOf(incoming.headers.range, version.size);
  const overrides = OVERRIDES.flatMap((name) => {
    const value = query.get(`response-${name}`);
    return value === null ? [] : [[name, value]];
  });
  const headers = {
    "accept-ranges": "bytes",
    "content-type": version.type,
    etag: version.etag,
    "last-modified": new Date(version.at).toUTCString(),
    ...versionHeaders(bucket, version),
    ...Object.fromEntries(overrides),
  };
  if (incoming.headers["if-none-match"] === version.etag) return { status: 304, headers };
  const { start = 0, end = version.size - 1 } = range ?? {};
  const answer = {
    status: range === undefined ? 200 : 206,
    headers: {
      ...headers,
      "content-length": end - start + 1,
      ...(range && { "content-range": `bytes ${start}-${end}/${version.size}` }),
    },
  };
  if (incoming.method === "HEAD" || version.size === 0) return answer;
  return { ...answer, body: createReadStream(bucket.pathOf(version), { start, end }) };
}

/**
 * The part of a body that a Range header asks for; undefined for all of it, as for headers that ask
 * for several parts. Both ends are included.
 * @throws {AwsError} if there is nothing in it
 */
function rangeOf(header: string | undefined, size: number) {
  const [whole, from, to] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? [];
  if (whole === undefined || (from === "" && to === "")) return undefined;
  const start = from === "" ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === "" || to === "" ? size - 1 : Math.min(size - 1, Number(to));
  if (start > end) throw new AwsError("InvalidRange", "The requested range is not satisfiable");
  return { start, end };
}

async function put({ incoming, bucket, key }: ObjectRequest): Promise<Answer> {
  const { headers } = incoming;
  const hash = String(headers["x-amz-content-sha256"] ?? "UNSIGNED-PAYLOAD");
  const isChunked = hash === "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
  if (hash.startsWith("STREAMING-") && !isChunked) {
    throw new AwsError("NotImplemented", "Chunks that are signed one by one do not run here");
  }
  const attributes = {
    type: headers["content-type"] ?? "binary/octet-stream",
    tags: Object.fromEntries(new URLSearchParams(String(headers["x-amz-tagging"] ?? ""))),
  };
  const body = isChunked ? dechunk(incoming) : incoming;
  const sha256 = isChunked || hash === "UNSIGNED-PAYLOAD" ? undefined : hash;
  const version = await bucket.put(key, attributes, body, { sha256 });
  return { status: 200, headers: { etag: version.etag, ...versionHeaders(bucket, version) } };
}

/** A chunk's length; only chunks that are signed have more in this line. */
const CHUNK_HEAD = /^([0-9a-f]{1,8})\r\n/i;
const MAX_HEAD = 10;

/**
 * The content of a body in the encoding `aws-chunked`, in which the SDKs send streams: chunks with
 * their lengths before them, then checksums, which are not looked at.
 */
async function* dechunk(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const pieces = body[Symbol.asyncIterator]();
  let rest = Buffer.alloc(0);
  const readMore = async () => {
    const { done, value } = await pieces.next();
    if (done) throw new AwsError("IncompleteBody", "The last chunk is missing");
    rest = Buffer.concat([rest, value]);
  };
  for (;;) {
    while (rest.length < MAX_HEAD && !rest.includes("\r\n")) await readMore();
    const [head, length = ""] = CHUNK_HEAD.exec(rest.toString("latin1", 0, MAX_HEAD)) ?? [];
    if (head === undefined) throw new AwsError("IncompleteBody", "A chunk has no length");
    rest = rest.subarray(head.length);
    let left = Number.parseInt(length, 16);
    if (left === 0) break;
    while (left > 0) {
      if (rest.length === 0) await readMore();
      const content = rest.subarray(0, left);
      rest = rest.subarray(content.length);
      left -= content.length;
      yield content;
    }
    // A line break ends the chunk.
    while (rest.length < 2) await readMore();
    rest = rest.subarray(2);
  }
  while (!(await pieces.next()).done) {
    // The checksums are read, so that the connection can be used again.
  }
}
