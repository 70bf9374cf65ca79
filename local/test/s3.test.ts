import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import {
  DeleteObjectCommand,
  DeleteObjectTaggingCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Buckets, PAGE, startBuckets } from "./fixtures/buckets.ts";
import { THROTTLES } from "./support/call-faults.ts";
import type { ChangingFaults } from "./support/faults.ts";

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

test("the SDK writes, reads, lists and deletes objects, whatever their keys hold", async () => {
  const keys = ["dir/ä b+c&?.txt", "../../up", "dir/sub/two", "dir/sub/three", "e".repeat(900)];
  for (const Key of keys) await put(Key, `text of ${Key}`);
  for (const Key of keys) expect(await text({ Key })).toBe(`text of ${Key}`);
  const list = (input: object) => buckets.s3.send(new ListObjectsV2Command({ ...files, ...input }));
  const below = await list({ Prefix: "dir/", Delimiter: "/" });
  expect(below.Contents?.map(({ Key }) => Key)).toEqual(["dir/ä b+c&?.txt"]);
  expect(below.CommonPrefixes).toEqual([{ Prefix: "dir/sub/" }]);
  const first = await list({ Prefix: "dir/", MaxKeys: 2 });
  expect(first.Contents?.map(({ Key }) => Key)).toEqual(["dir/sub/three", "dir/sub/two"]);
  const second = await list({ Prefix: "dir/", ContinuationToken: first.NextContinuationToken });
  expect(second).toMatchObject({ IsTruncated: false, Contents: [{ Size: 24 }] });
  for (const Key of keys) await buckets.s3.send(new DeleteObjectCommand({ ...files, Key }));
  await expect(text({ Key: "../../up" })).rejects.toThrow(NoSuchKey);
  expect((await list({})).Contents).toBeUndefined();
  const outside = await readdir(buckets.data);
  expect(outside.sort()).toEqual(["dynamodb", "logs", "s3"]);
});

test("a stream arrives in the SDK's chunks, and a body that is not the signed one is refused", async () => {
  const pieces = Array.from({ length: 40 }, (_, index) => Buffer.alloc(70_001 + index, index));
  const Body = Readable.from(pieces);
  const ContentLength = pieces.reduce((sum, { length }) => sum + length, 0);
  await buckets.s3.send(new PutObjectCommand({ ...files, Key: "stream", Body, ContentLength }));
  const { Body: read, ETag } = await buckets.s3.send(
    new GetObjectCommand({ ...files, Key: "stream" }),
  );
  const bytes = await read?.transformToByteArray();
  expect(Buffer.compare(Buffer.from(bytes ?? []), Buffer.concat(pieces))).toBe(0);
  expect(ETag).toBe(`"${createHash("md5").update(Buffer.concat(pieces)).digest("hex")}"`);

  buckets.s3.middlewareStack.add(
    (next) => (args) => {
      Object.assign(args.request as object, { body: "forged" });
      return next(args);
    },
    { step: "deserialize", name: "forge" },
  );
  try {
    await expect(put("stream", "signed")).rejects.toThrow("is not the one that was signed");
  } finally {
    buckets.s3.middlewareStack.remove("forge");
  }
});

test("each version is read by its id, and deleted for good with it", async () => {
  const [one, two] = [await put("v", "one"), await put("v", "two")];
  expect(await text({ Key: "v" })).toBe("two");
  expect(await text({ Key: "v", VersionId: one.VersionId ?? "" })).toBe("one");
  const marker = await buckets.s3.send(new DeleteObjectCommand({ ...files, Key: "v" }));
  expect(marker.DeleteMarker).toBe(true);
  await expect(text({ Key: "v" })).rejects.toThrow(NoSuchKey);
  expect(await text({ Key: "v", VersionId: two.VersionId ?? "" })).toBe("two");
  for (const { VersionId } of [two, marker]) {
    await buckets.s3.send(new DeleteObjectCommand({ ...files, Key: "v", VersionId }));
  }
  expect(await text({ Key: "v" })).toBe("one");
  await put("v", "only", "plain");
  await put("v", "later", "plain");
  expect((await readdir(join(buckets.data, "s3/plain"))).length).toBe(2);
  expect(await text({ Key: "v" }, "plain")).toBe("later");
});

test("a range is a part of the object, and one beyond its end is refused", async () => {
  await put("range", "0123456789");
  expect(await text({ Key: "range", Range: "bytes=2-4" })).toBe("234");
  expect(await text({ Key: "range", Range: "bytes=7-" })).toBe("789");
  expect(await text({ Key: "range", Range: "bytes=-2" })).toBe("89");
  await expect(text({ Key: "range", Range: "bytes=10-" })).rejects.toThrow("not satisfiable");
});

test("a signed address leads through the distribution until it expires, and says how it is shown", async () => {
  await put("signed", "content");
  const command = new GetObjectCommand({
    ...files,
    Key: "signed",
    ResponseContentDisposition: 'attachment; filename="a.txt"',
    ResponseContentType: "application/octet-stream",
  });
  const url = buckets.atFront(await getSignedUrl(buckets.ofFunction, command, { expiresIn: 300 }));
  const answer = await fetch(url, { headers: { origin: PAGE, range: "bytes=0-2" } });
  expect(answer.status).toBe(206);
  expect(await answer.text()).toBe("con");
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    "access-control-allow-origin": PAGE,
    "content-disposition": 'attachment; filename="a.txt"',
    "content-type": "application/octet-stream",
    "x-content-type-options": "nosniff",
  });
  const altered = new URL(url);
  altered.searchParams.set("response-content-type", "text/html");
  expect((await fetch(altered)).status).toBe(403);
  const other = new URL(url);
  other.pathname = "/v";
  expect((await fetch(other)).status).toBe(403);
  expect((await fetch(`${buckets.env.FRONT}/signed`)).status).toBe(403);
  expect((await fetch(url, { method: "DELETE" })).status).toBe(403);
  now = Date.now() + 301_000;
  const late = await fetch(url);
  expect(late.status).toBe(403);
  expect(await late.text()).toContain("Signature expired");
});

test("a function can do what its role allows and no more", async () => {
  await put("mine", "content");
  const { region, credentials } = buckets.ofFunction.config;
  const endpoint = new S3Client({ region, credentials, endpoint: buckets.endpoint });
  await expect(
    endpoint.send(new GetObjectCommand({ ...files, Key: "mine" })),
  ).resolves.toBeDefined();
  for (const refused of [
    () => endpoint.send(new DeleteObjectCommand({ ...files, Key: "mine" })),
    () => endpoint.send(new ListObjectsV2Command(files)),
    () => endpoint.send(new GetObjectCommand({ Bucket: "plain", Key: "v" })),
    () => endpoint.send(new GetObjectCommand({ ...files, Key: "closed/x" })),
  ]) {
    await expect(refused()).rejects.toThrow("is not authorized to perform");
  }
});

test("a throttle that a test injects reaches functions, and not viewers with a signed address", async () => {
  await put("busy", "content");
  const { region, credentials } = buckets.ofFunction.config;
  const endpoint = new S3Client({
    region,
    credentials,
    endpoint: buckets.endpoint,
    maxAttempts: 1,
  });
  const get = new GetObjectCommand({ ...files, Key: "busy" });
  const calls: unknown[] = [];
  faults.call = async ({ service, action, resources }, fn) => {
    calls.push({ service, action, resources, functionId: fn.functionId });
    return THROTTLES[service];
  };
  try {
    await expect(endpoint.send(get)).rejects.toThrow("reduce your request rate");
    expect((await fetch(buckets.atFront(await getSignedUrl(buckets.ofFunction, get)))).status).toBe(
      200,
    );
    expect(await text({ Key: "busy" })).toBe("content");
  } finally {
    delete faults.call;
  }
  const resources = ["arn:aws:s3:::files/busy"];
  expect(calls).toEqual([{ service: "s3", action: "s3:GetObject", resources, functionId: "Main" }]);
});

test("DeleteObjectTagging leaves the object", async () => {
  await buckets.s3.send(
    new PutObjectCommand({ ...files, Key: "tagged", Body: "x", Tagging: "state=new" }),
  );
  await buckets.s3.send(new DeleteObjectTaggingCommand({ ...files, Key: "tagged" }));
  expect(await text({ Key: "tagged" })).toBe("x");
});
