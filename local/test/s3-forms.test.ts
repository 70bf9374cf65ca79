import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { createPresignedPost } from "@aws-sdk/s3-presigned-post";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Buckets, PAGE, startBuckets } from "./fixtures/buckets.ts";
import type { ChangingFaults } from "./support/faults.ts";

const TAGGING = "<Tagging><TagSet><Tag><Key>state</Key><Value>new</Value></Tag></TagSet></Tagging>";

let buckets: Buckets;
let now: number | undefined;
const faults: ChangingFaults = { storageClock: () => now ?? Date.now() };

beforeAll(async () => {
  buckets = await startBuckets(faults);
});
afterAll(() => buckets.stop());
beforeEach(() => {
  now = undefined;
});

const files = { Bucket: "files" };
const put: Buckets["put"] = (...given) => buckets.put(...given);
const text: Buckets["text"] = (...given) => buckets.text(...given);

interface PostOptions {
  key?: string;
  least?: number;
  most?: number;
  fields?: Record<string, string>;
  expires?: number;
  client?: S3Client;
}

/** Signs a form as the SDK does. */
async function form({ key = "a/posted", least = 0, most = 100, ...options }: PostOptions = {}) {
  const { fields } = await createPresignedPost(options.client ?? buckets.ofFunction, {
    Bucket: "files",
    Key: key,
    Conditions: [
      ["content-length-range", least, most],
      ["eq", "$Content-Type", "text/plain"],
      ["starts-with", "$tagging", "<"],
    ],
    Fields: { "Content-Type": "text/plain", tagging: TAGGING },
    Expires: options.expires ?? 60,
  });
  return { ...fields, ...options.fields };
}

async function post(fields: Record<string, string>, content: Blob | string, origin = PAGE) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  body.append("file", new Blob([content]), "x.txt");
  const answer = await fetch(`${buckets.env.FRONT}/`, {
    method: "POST",
    body,
    headers: { origin },
  });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

test("a form is taken as its policy says", async () => {
  const answer = await post(await form({ most: 5 }), "12345");
  expect(answer).toMatchObject({ status: 204, text: "" });
  const version = answer.headers.get("x-amz-version-id") ?? "";
  expect(await text({ Key: "a/posted", VersionId: version })).toBe("12345");
});

test.each<[string, () => Promise<Record<string, string>>, string | Blob, string]>([
  ["a larger file", () => form({ most: 4 }), "12345", "EntityTooLarge"],
  ["a smaller file", () => form({ least: 6 }), "12345", "EntityTooSmall"],
  ["another key", () => form({ fields: { key: "b/posted" } }), "1", "Policy Condition failed"],
  [
    "a key that leads up",
    () => form({ fields: { key: "a/../b" } }),
    "1",
    "Policy Condition failed",
  ],
  [
    "another type",
    () => form({ fields: { "Content-Type": "text/html" } }),
    "1",
    "Condition failed",
  ],
  ["a further field", () => form({ fields: { acl: "public-read" } }), "1", "Extra input fields"],
  [
    "an altered signature",
    () => form({ fields: { "X-Amz-Signature": "0".repeat(64) } }),
    "1",
    "SignatureDoesNotMatch",
  ],
  [
    "a signature of other letters",
    () => form({ fields: { "X-Amz-Signature": "é".repeat(64) } }),
    "1",
    "SignatureDoesNotMatch",
  ],
  [
    "another policy",
    () =>
      form({
        fields: {
          Policy: Buffer.from('{"expiration":"2099-01-01T00:00:00Z","conditions":[]}').toString(
            "base64",
          ),
        },
      }),
    "1",
    "SignatureDoesNotMatch",
  ],
  [
    "a foreign token",
    () => form({ fields: { "X-Amz-Security-Token": "forged" } }),
    "1",
    "InvalidAccessKeyId",
  ],
  ["a key that the bucket's policy denies", () => form({ key: "closed/x" }), "1", "AccessDenied"],
])("a form with %s is refused, and leaves nothing behind", async (_, fields, content, error) => {
  const before = (await readdir(join(buckets.data, "s3/files"))).length;
  const answer = await post(await fields(), content);
  expect([400, 403]).toContain(answer.status);
  expect(answer.text).toContain(error);
  // The page may read why.
  expect(answer.headers.get("access-control-allow-origin")).toBe(PAGE);
  expect((await readdir(join(buckets.data, "s3/files"))).length).toBe(before);
});

test("a form without a boundary is refused", async () => {
  const headers = { "content-type": "multipart/form-data" };
  const answer = await fetch(`${buckets.env.FRONT}/`, { method: "POST", headers, body: "x" });
  expect([answer.status, await answer.text()]).toEqual([
    400,
    expect.stringContaining("MalformedPOSTRequest"),
  ]);
});

test("a form is refused once its policy has expired", async () => {
  const fields = await form({ expires: 60 });
  now = Date.now() + 61_000;
  expect((await post(fields, "1")).text).toContain("Policy expired");
});

test("a large form that is refused is read to its end, so that its client comes to read why", async () => {
  const fields = await form();
  now = Date.now() + 61_000;
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  body.append("file", new Blob([Buffer.alloc(20 * 1024 * 1024)]), "x.bin");
  const encoded = new Response(body);
  const posted = request(`${buckets.env.FRONT}/`, {
    method: "POST",
    headers: { "content-type": encoded.headers.get("content-type") ?? "" },
  });
  const sent = once(posted, "finish");
  const answered = once(posted, "response");
  posted.end(Buffer.from(await encoded.arrayBuffer()));
  await sent;
  const [{ statusCode }] = await answered;
  expect(statusCode).toBe(403);
});

test("only pages that a rule of the bucket names may ask from another origin", async () => {
  const ask = (origin: string, method = "POST", more = {}) =>
    fetch(`${buckets.env.FRONT}/`, {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": method, ...more },
    });
  const allowed = await ask(PAGE, "POST", { "access-control-request-headers": "x-mine" });
  expect(allowed.status).toBe(200);
  expect(allowed.headers.get("access-control-allow-headers")).toBe("x-mine");
  expect(allowed.headers.get("access-control-max-age")).toBe("60");
  expect((await ask("https://evil.example")).status).toBe(403);
  expect((await ask(PAGE, "PUT")).status).toBe(403);
  expect((await ask(PAGE, "POST", { "access-control-request-headers": "x-other" })).status).toBe(
    403,
  );
  const posted = await post(await form(), "1", "https://evil.example");
  expect(posted.headers.get("access-control-allow-origin")).toBeNull();
});

test("the developer's key, which everybody knows, counts at the endpoint alone", async () => {
  await put("known", "content");
  const get = new GetObjectCommand({ ...files, Key: "known" });
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const developer = new S3Client({ region: "us-east-1", credentials });
  const front = await fetch(buckets.atFront(await getSignedUrl(developer, get)));
  expect([front.status, await front.text()]).toEqual([403, expect.stringContaining("InvalidAcc")]);
  const posted = await post(await form({ client: developer }), "1");
  expect([posted.status, posted.text]).toEqual([
    403,
    expect.stringContaining("InvalidAccessKeyId"),
  ]);
  expect((await fetch(await getSignedUrl(buckets.s3, get))).status).toBe(200);
});
