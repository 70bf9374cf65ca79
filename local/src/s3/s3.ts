import { createReadStream } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Counters } from "../aws/counters.ts";
import { AwsError } from "../aws/operation.ts";
import { DEVELOPER, signerOf } from "../endpoint/authenticate.ts";
import { deny } from "../endpoint/perform.ts";
import type { Faults } from "../faults.ts";
import type { Lambda } from "../lambda/lambda.ts";
import type { BucketDefinition } from "../template/read-buckets.ts";
import { dechunk } from "./aws-chunked.ts";
import { Bucket, type Version, type Written } from "./bucket.ts";
import { corsHeaders } from "./cors.ts";
import { listBuckets, listObjects, xmlError } from "./listings.ts";
import { postObject } from "./post-object.ts";
import {
  notRun,
  type ObjectRequest,
  placeOf,
  rangeOf,
  readTags,
  type S3Answer,
  versionHeaders,
} from "./s3-request.ts";

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html

interface Services {
  readonly lambda: Lambda;
  readonly counters: Counters;
  readonly faults: Faults;
}

const HOUR = 60 * 60 * 1_000;

/** The largest object that one request writes, as in S3. */
const MAX_SIZE = 5 * 1024 ** 3;

/** The parts of a query that change no operation, beside those of the signature. */
const HARMLESS = /^(x-amz-|response-|x-id$|versionId$)/i;

/** The buckets, each in a folder. */
export class S3 {
  readonly #buckets = new Map<string, Bucket>();
  readonly #services: Services;
  readonly #timer: NodeJS.Timeout;

  private constructor(services: Services) {
    this.#services = services;
    this.#timer = setInterval(() => this.#expire(), HOUR).unref();
  }

  static async open(data: string, definitions: readonly BucketDefinition[], services: Services) {
    const s3 = new S3(services);
    for (const one of definitions) {
      s3.#buckets.set(one.name, await Bucket.open(join(data, "s3"), one));
    }
    s3.#expire();
    return s3;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Answers a request; its body is read from the stream as it is written to disk. */
  async serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const { status, headers, body } = await this.#answer(incoming, response);
      response.writeHead(status, { ...headers });
      if (body === undefined || typeof body === "string") response.end(body);
      else await pipeline(body, response);
    } catch (error) {
      // Whoever asked has gone.
      if (incoming.destroyed && !incoming.complete) return;
      if (response.headersSent) return void response.destroy();
      const { status, text } = xmlError(error);
      response.writeHead(status, { "content-type": "application/xml" });
      response.end(incoming.method === "HEAD" ? undefined : text);
    }
    // What is left of a refused body, so that the client comes to read the answer.
    incoming.resume();
  }

  async #answer(incoming: IncomingMessage, response: ServerResponse): Promise<S3Answer> {
    const { method } = incoming;
    const { name, key, query } = placeOf(incoming);
    const bucket = this.#buckets.get(name);
    const cors = corsHeaders(bucket?.definition.cors ?? [], incoming);
    for (const [header, value] of Object.entries(cors ?? {})) response.setHeader(header, value);
    if (method === "OPTIONS") {
      if (cors === undefined) throw new AwsError("AccessDenied", "CORS: this is not allowed");
      return { status: 200 };
    }
    const { faults, lambda } = this.#services;
    const now = faults.storageClock?.() ?? Date.now();
    if (method === "POST" && bucket !== undefined && key === "" && query.size === 0) {
      return postObject({ incoming, bucket, key, query }, lambda.credentials, now, (...right) =>
        this.#allow(...right),
      );
    }
    const { headers, url = "/" } = incoming;
    const caller = signerOf({ method: method ?? "GET", url, headers }, lambda.credentials, now);
    if (name === "") {
      this.#allow(caller, "s3:ListAllMyBuckets");
      return listBuckets([...this.#buckets.keys()]);
    }
    if (bucket === undefined) throw new AwsError("NoSuchBucket", `There is no bucket ${name}`);
    return this.#perform({ incoming, bucket, key, query }, (action) =>
      this.#allow(caller, action, bucket, key),
    );
  }

  async #perform(request: ObjectRequest, allow: (action: string) => void): Promise<S3Answer> {
    const { incoming, bucket, key, query } = request;
    const id = query.get("versionId") ?? undefined;
    const [of = "", ...more] = [...query.keys()].filter((name) => !HARMLESS.test(name));
    const ofVersion = id === undefined ? "" : "Version";
    if (key === "") {
      if (incoming.method !== "GET" || !query.has("list-type")) throw notRun(request);
      allow("s3:ListBucket");
      return listObjects(bucket, query);
    }
    switch (more.length === 0 && `${incoming.method} ${of}`) {
      case "GET ":
      case "HEAD ":
        allow(`s3:GetObject${ofVersion}`);
        return read(request, id);
      case "PUT ":
        if (incoming.headers["x-amz-copy-source"] !== undefined) throw notRun(request);
        allow("s3:PutObject");
        if (incoming.headers["x-amz-tagging"] !== undefined) allow("s3:PutObjectTagging");
        return put(request);
      case "DELETE ": {
        allow(`s3:DeleteObject${ofVersion}`);
        const deleted = await bucket.delete(key, id);
        return { status: 204, headers: versionHeaders(bucket, deleted) };
      }
      case "DELETE tagging": {
        allow(`s3:DeleteObject${ofVersion}Tagging`);
        const version = found(bucket, key, id);
        await bucket.untag(version);
        return { status: 204, headers: versionHeaders(bucket, version) };
      }
      default:
        throw notRun(request);
    }
  }

  /** @throws {AwsError} unless the caller may do this */
  #allow(caller: string, action: string, bucket?: Bucket, key = ""): void {
    if (caller === DEVELOPER) return;
    const arn = bucket === undefined ? "*" : `arn:aws:s3:::${bucket.definition.name}`;
    const resource = key === "" ? arn : `${arn}/${key}`;
    const denials = bucket?.definition.denials;
    deny({ rights: [{ action, resource }], denials }, caller, this.#services);
  }

  #expire(): void {
    for (const bucket of this.#buckets.values()) {
      bucket.expire().catch((error: unknown) => console.error(error));
    }
  }
}

function found(bucket: Bucket, key: string, id?: string): Version {
  const version = bucket.find(key, id);
  if (version !== undefined && !version.deleted) return version;
  const [type, what] = id === undefined ? ["NoSuchKey", "key"] : ["NoSuchVersion", "version"];
  throw new AwsError(type ?? "", `The specified ${what} does not exist.`);
}

const OVERRIDES = ["cache-control", "content-disposition", "content-language", "content-type"];

function read({ incoming, bucket, key, query }: ObjectRequest, id?: string): S3Answer {
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

async function put({ incoming, bucket, key }: ObjectRequest): Promise<S3Answer> {
  const { headers } = incoming;
  const hash = String(headers["x-amz-content-sha256"] ?? "UNSIGNED-PAYLOAD");
  const isChunked = hash === "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
  if (hash.startsWith("STREAMING-") && !isChunked) {
    throw new AwsError("NotImplemented", "Chunks that are signed one by one do not run here");
  }
  const check = ({ size, sha256 }: Written) => {
    if (!isChunked && hash !== "UNSIGNED-PAYLOAD" && hash !== sha256) {
      throw new AwsError("XAmzContentSHA256Mismatch", "The body is not the one that was signed");
    }
    if (size > MAX_SIZE) throw new AwsError("EntityTooLarge", "The object is too large");
  };
  const type = headers["content-type"] ?? "binary/octet-stream";
  const tags = readTags(String(headers["x-amz-tagging"] ?? ""));
  const body = isChunked ? dechunk(incoming) : incoming;
  const version = await bucket.put(key, { type, tags }, body, check);
  return { status: 200, headers: { etag: version.etag, ...versionHeaders(bucket, version) } };
}
