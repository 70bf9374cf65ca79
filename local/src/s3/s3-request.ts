import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { AwsError } from "../aws/operation.ts";
import type { Bucket, Version } from "./bucket.ts";

export interface S3Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly body?: string | Readable;
}

/** A request, and what it is about. */
export interface ObjectRequest {
  readonly incoming: IncomingMessage;
  readonly bucket: Bucket;
  readonly key: string;
  readonly query: URLSearchParams;
}

/** The bucket is the host's first part, or else the path's, and the rest of the path is the key. */
export function placeOf({ url = "/", headers: { host = "" } }: IncomingMessage) {
  const [path = "/", query] = url.split(/\?(.*)/s);
  const ofHost = /^(.+)\.s3[.-]/.exec(host)?.[1];
  const [name = "", ...key] = (ofHost === undefined ? path.slice(1) : ofHost + path).split("/");
  return {
    name: decodeURIComponent(name),
    key: decodeURIComponent(key.join("/")),
    query: new URLSearchParams(query),
  };
}

export function notRun({ incoming: { method }, query }: ObjectRequest): AwsError {
  const message = `${method} ${[...query.keys()].join(" ")} of s3 does not run on this machine`;
  return new AwsError("NotImplemented", message);
}

export function versionHeaders({ definition }: Bucket, version: Version | undefined) {
  return {
    ...(definition.versioned && version && { "x-amz-version-id": version.id }),
    ...(version?.deleted && { "x-amz-delete-marker": "true" }),
  };
}

/**
 * The part of a body that a Range header asks for; undefined for all of it, as for headers that ask
 * for several parts. Both ends are included.
 * @throws {AwsError} if there is nothing in it
 */
export function rangeOf(
  header: string | undefined,
  size: number,
): { start: number; end: number } | undefined {
  const [whole, from, to] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? [];
  if (whole === undefined || (from === "" && to === "")) return undefined;
  const start = from === "" ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === "" || to === "" ? size - 1 : Math.min(size - 1, Number(to));
  if (start > end) throw new AwsError("InvalidRange", "The requested range is not satisfiable");
  return { start, end };
}

/** Tags as a header has them: `a=1&b=2`. */
export function readTags(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text));
}
