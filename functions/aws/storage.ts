import { ClientError } from "../../protocol/errors.ts";
import { FILE_SECONDS, UPLOAD_SECONDS } from "../../protocol/limits.ts";
import { log, requireEnv } from "../lambda.ts";
import { exchange } from "./requests.ts";
import { type Addressed, signAddress, signForm } from "./signing.ts";

/**
 * The bucket of files. Pages reach it through a CloudFront distribution of its own, which is another
 * origin than theirs and adds headers such as `nosniff`. What is signed is the bucket's host, which
 * that distribution sends.
 */

/** Where pages post and read files, and the bucket itself. */
const FILES_URL = requireEnv("FILES_URL");
const bucket = new URL(requireEnv("FILES_BUCKET_URL"));
const bucketName = bucket.hostname.replace(/\.s3\..*$/, "");

export interface Stored {
  key: string;
  version: string;
}

/** What no message has claimed has this tag, and expires by the bucket's lifecycle. */
const UNCLAIMED =
  "<Tagging><TagSet><Tag><Key>unclaimed</Key><Value>true</Value></Tag></TagSet></Tagging>";

/**
 * How long a form is valid: seconds for the request itself, and one more for each so many bytes, which is
 * the time that a slow line takes.
 */
const FORM_SECONDS = 2 * 60;
const SLOW_BYTES = 32 * 1024;

/** The form in which a client posts a file: its key, its type and its size are those announced. */
export function uploadForm(key: string, { type, size }: { type: string; size: number }) {
  const fields = { key, "Content-Type": type, tagging: UNCLAIMED };
  const seconds = Math.min(UPLOAD_SECONDS, FORM_SECONDS + Math.ceil(size / SLOW_BYTES));
  return { url: `${FILES_URL}/`, fields: signForm(bucketName, fields, { size, seconds }) };
}

/** The newest version of a file, with what S3 says of it; undefined if there is none. */
export async function findNewest(key: string) {
  const answer = await call("HEAD", key);
  const { "x-amz-version-id": version, "content-length": size } = answer.headers;
  // S3 answers 403 instead of 404 to those who may not list the bucket.
  if (answer.status !== 200 || typeof version !== "string") return undefined;
  return { version, size: Number(size), type: answer.headers["content-type"] };
}

/**
 * Keeps a version, which would expire otherwise.
 * @throws {ClientError} `not_found` if it is gone
 */
export async function keep({ key, version }: Stored): Promise<void> {
  const { status } = await call("DELETE", key, { tagging: "", versionId: version });
  if (status === 404) throw new ClientError("not_found", "The file has been deleted");
  if (status !== 204) throw new Error(`S3 has not kept a file: ${status}`);
}

/** Deletes a version for good. */
export async function removeStored({ key, version }: Stored): Promise<void> {
  const { status } = await call("DELETE", key, { versionId: version });
  if (status !== 204) throw new Error(`S3 has not deleted a file: ${status}`);
}

/**
 * What browsers may show in place: none of it runs scripts, as SVG, HTML and PDF can. Everything else
 * is downloaded, and has no type that a browser would open.
 */
const SAFE =
  /^(image\/(png|jpeg|gif|webp|avif)|audio\/(mpeg|mp4|aac|ogg|wav|webm|flac)|video\/(mp4|webm|ogg|quicktime))$/;

/** An address of a version, valid for five minutes. */
export function addressOfFile(
  { key, version }: Stored,
  { name, type, download }: { name: string; type: string; download: boolean },
): string {
  const isSafe = SAFE.test(type);
  const disposition = isSafe && !download ? "inline" : "attachment";
  const query = {
    versionId: version,
    "response-content-disposition": `${disposition}; filename*=UTF-8''${encodeURIComponent(name)}`,
    "response-content-type": isSafe ? type : "application/octet-stream",
  };
  return FILES_URL + signed("GET", key, query);
}

function signed(method: Addressed["method"], key: string, query: Addressed["query"]): string {
  return signAddress({ method, host: bucket.host, path: `/${key}`, query, seconds: FILE_SECONDS });
}

/** @throws {ClientError} `busy` if S3 does not answer */
async function call(method: "HEAD" | "DELETE", key: string, query: Addressed["query"] = {}) {
  const answer = await exchange({ url: bucket, method, path: signed(method, key, query) });
  if (answer !== undefined && answer.status < 500) return answer;
  log.warn("storage does not answer", { method, status: answer?.status });
  throw new ClientError("busy", "The storage of files does not answer; try again");
}
