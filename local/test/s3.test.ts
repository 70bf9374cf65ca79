import { createHash, randomUUID } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
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
import { createPresignedPost } from "@aws-sdk/s3-presigned-post";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { Bucket } from "../src/s3/bucket.ts";
import { role } from "./fixtures/app.ts";
import { type Fixture, startFixture } from "./fixtures/runtime.ts";
import { THROTTLES } from "./support/call-faults.ts";
import type { ChangingFaults } from "./support/faults.ts";

const PAGE = "https://page.example";
const NEW = { state: "new" };
const TAGGING = "<Tagging><TagSet><Tag><Key>state</Key><Value>new</Value></Tag></TagSet></Tagging>";
const DAY = 24 * 60 * 60 * 1_000;

let fixture: Fixture;
let env: Readonly<Record<string, string>>;
let s3: S3Client;
/** The function's own client, on the bucket's host. */
let ofFunction: S3Client;
let now: number | undefined;
const faults: ChangingFaults = { storageClock: () => now ?? Date.now() };

beforeAll(async () => {
  fixture = await startFixture({
    faults,
    template: ({ Resources }) => {
      Resources.Files = {
        Type: "AWS::S3::Bucket",
        Properties: {
          BucketName: "files",
          VersioningConfiguration: { Status: "Enabled" },
          CorsConfiguration: {
            CorsRules: [
              {
                AllowedOrigins: [PAGE],
                AllowedMethods: ["POST", "GET"],
                AllowedHeaders: ["x-mine"],
                MaxAge: 60,
              },
            ],
          },
          PublicAccessBlockConfiguration: { BlockPublicAcls: true },
        },
      };
      Resources.FilesPolicy = {
        Type: "AWS::S3::BucketPolicy",
        Properties: {
          Bucket: { Ref: "Files" },
          PolicyDocument: {
            Statement: [
              {
                Effect: "Deny",
                Principal: { AWS: "*" },
                Action: "s3:*",
                Resource: { "Fn::Join": ["", [{ "Fn::GetAtt": ["Files", "Arn"] }, "/closed/*"]] },
              },
            ],
          },
        },
      };
      Resources.Plain = { Type: "AWS::S3::Bucket", Properties: { BucketName: "plain" } };
      Resources.Front = {
        Type: "AWS::CloudFront::Distribution",
        Properties: {
          DistributionConfig: {
            Enabled: true,
            Origins: [
              {
                Id: "bucket",
                DomainName: { "Fn::GetAtt": ["Files", "RegionalDomainName"] },
                CustomOriginConfig: { OriginProtocolPolicy: "https-only" },
              },
            ],
            DefaultCacheBehavior: {
              TargetOriginId: "bucket",
              ViewerProtocolPolicy: "https-only",
              AllowedMethods: ["GET", "HEAD", "OPTIONS", "POST"],
              // AWS's own SecurityHeadersPolicy.
              ResponseHeadersPolicyId: "67f7725c-6f97-4210-82d7-5512b31e9d03",
            },
          },
        },
      };
      const action = ["s3:GetObject*", "s3:PutObject", "s3:PutObjectTagging"];
      Resources.Role = role([
        { Effect: "Allow", Action: action, Resource: "arn:aws:s3:::files/*" },
      ]);
      const main = Resources.Main?.Properties.Environment;
      Object.assign(Object(main).Variables, {
        FRONT: { "Fn::Join": ["", ["https://", { "Fn::GetAtt": ["Front", "DomainName"] }]] },
      });
    },
  });
  ({ env = {} } = await fixture.connect());
  const region = "us-east-1";
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  s3 = new S3Client({ region, credentials, endpoint: fixture.endpoint });
  ofFunction = new S3Client({
    region,
    credentials: {
      accessKeyId: env.AWS_ACCESS_KEY_ID ?? "",
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? "",
      sessionToken: env.AWS_SESSION_TOKEN ?? "",
    },
  });
});
afterAll(() => fixture.stop());
beforeEach(() => {
  now = undefined;
});

const files = { Bucket: "files" };
const put = (Key: string, Body: string, Name = "files") =>
  s3.send(new PutObjectCommand({ Bucket: Name, Key, Body, ContentType: "text/plain" }));
const text = async (input: { Key: string; VersionId?: string; Range?: string }, Name = "files") =>
  (await s3.send(new GetObjectCommand({ Bucket: Name, ...input }))).Body?.transformToString();

/** The address that viewers use of one that was signed for the bucket's host. */
function atFront(signed: string): URL {
  const { pathname, search } = new URL(signed);
  return new URL(pathname + search, env.FRONT);
}

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
  const { fields } = await createPresignedPost(options.client ?? ofFunction, {
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
  const answer = await fetch(`${env.FRONT}/`, { method: "POST", body, headers: { origin } });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

test("the SDK writes, reads, lists and deletes objects, whatever their keys hold", async () => {
  const keys = ["dir/ä b+c&?.txt", "../../up", "dir/sub/two", "dir/sub/three", "e".repeat(900)];
  for (const Key of keys) await put(Key, `text of ${Key}`);
  for (const Key of keys) expect(await text({ Key })).toBe(`text of ${Key}`);
  const list = (input: object) => s3.send(new ListObjectsV2Command({ ...files, ...input }));
  const below = await list({ Prefix: "dir/", Delimiter: "/" });
  expect(below.Contents?.map(({ Key }) => Key)).toEqual(["dir/ä b+c&?.txt"]);
  expect(below.CommonPrefixes).toEqual([{ Prefix: "dir/sub/" }]);
  const first = await list({ Prefix: "dir/", MaxKeys: 2 });
  expect(first.Contents?.map(({ Key }) => Key)).toEqual(["dir/sub/three", "dir/sub/two"]);
  const second = await list({ Prefix: "dir/", ContinuationToken: first.NextContinuationToken });
  expect(second).toMatchObject({ IsTruncated: false, Contents: [{ Size: 24 }] });
  for (const Key of keys) await s3.send(new DeleteObjectCommand({ ...files, Key }));
  await expect(text({ Key: "../../up" })).rejects.toThrow(NoSuchKey);
  expect((await list({})).Contents).toBeUndefined();
  const outside = await readdir(fixture.data);
  expect(outside.sort()).toEqual(["dynamodb", "logs", "s3"]);
});

test("a stream arrives in the SDK's chunks, and a body that is not the signed one is refused", async () => {
  const pieces = Array.from({ length: 40 }, (_, index) => Buffer.alloc(70_001 + index, index));
  const Body = Readable.from(pieces);
  const ContentLength = pieces.reduce((sum, { length }) => sum + length, 0);
  await s3.send(new PutObjectCommand({ ...files, Key: "stream", Body, ContentLength }));
  const { Body: read, ETag } = await s3.send(new GetObjectCommand({ ...files, Key: "stream" }));
  const bytes = await read?.transformToByteArray();
  expect(Buffer.compare(Buffer.from(bytes ?? []), Buffer.concat(pieces))).toBe(0);
  expect(ETag).toBe(`"${createHash("md5").update(Buffer.concat(pieces)).digest("hex")}"`);

  s3.middlewareStack.add(
    (next) => (args) => {
      Object.assign(args.request as object, { body: "forged" });
      return next(args);
    },
    { step: "deserialize", name: "forge" },
  );
  try {
    await expect(put("stream", "signed")).rejects.toThrow("is not the one that was signed");
  } finally {
    s3.middlewareStack.remove("forge");
  }
});

test("each version is read by its id, and deleted for good with it", async () => {
  const [one, two] = [await put("v", "one"), await put("v", "two")];
  expect(await text({ Key: "v" })).toBe("two");
  expect(await text({ Key: "v", VersionId: one.VersionId ?? "" })).toBe("one");
  const marker = await s3.send(new DeleteObjectCommand({ ...files, Key: "v" }));
  expect(marker.DeleteMarker).toBe(true);
  await expect(text({ Key: "v" })).rejects.toThrow(NoSuchKey);
  expect(await text({ Key: "v", VersionId: two.VersionId ?? "" })).toBe("two");
  for (const { VersionId } of [two, marker]) {
    await s3.send(new DeleteObjectCommand({ ...files, Key: "v", VersionId }));
  }
  expect(await text({ Key: "v" })).toBe("one");
  await put("v", "only", "plain");
  await put("v", "later", "plain");
  expect((await readdir(join(fixture.data, "s3/plain"))).length).toBe(2);
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
  const url = atFront(await getSignedUrl(ofFunction, command, { expiresIn: 300 }));
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
  expect((await fetch(`${env.FRONT}/signed`)).status).toBe(403);
  expect((await fetch(url, { method: "DELETE" })).status).toBe(403);
  now = Date.now() + 301_000;
  const late = await fetch(url);
  expect(late.status).toBe(403);
  expect(await late.text()).toContain("Signature expired");
});

test("the developer's key, which everybody knows, counts at the endpoint alone", async () => {
  await put("known", "content");
  const get = new GetObjectCommand({ ...files, Key: "known" });
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const developer = new S3Client({ region: "us-east-1", credentials });
  const front = await fetch(atFront(await getSignedUrl(developer, get)));
  expect([front.status, await front.text()]).toEqual([403, expect.stringContaining("InvalidAcc")]);
  const posted = await post(await form({ client: developer }), "1");
  expect([posted.status, posted.text]).toEqual([
    403,
    expect.stringContaining("InvalidAccessKeyId"),
  ]);
  expect((await fetch(await getSignedUrl(s3, get))).status).toBe(200);
});

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
  const before = (await readdir(join(fixture.data, "s3/files"))).length;
  const answer = await post(await fields(), content);
  expect([400, 403]).toContain(answer.status);
  expect(answer.text).toContain(error);
  // The page may read why.
  expect(answer.headers.get("access-control-allow-origin")).toBe(PAGE);
  expect((await readdir(join(fixture.data, "s3/files"))).length).toBe(before);
});

test("a form without a boundary is refused", async () => {
  const headers = { "content-type": "multipart/form-data" };
  const answer = await fetch(`${env.FRONT}/`, { method: "POST", headers, body: "x" });
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

test("only pages that a rule of the bucket names may ask from another origin", async () => {
  const ask = (origin: string, method = "POST", more = {}) =>
    fetch(`${env.FRONT}/`, {
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

test("a function can do what its role allows and no more", async () => {
  await put("mine", "content");
  const { region, credentials } = ofFunction.config;
  const endpoint = new S3Client({ region, credentials, endpoint: fixture.endpoint });
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
  const { region, credentials } = ofFunction.config;
  const endpoint = new S3Client({
    region,
    credentials,
    endpoint: fixture.endpoint,
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
    expect((await fetch(atFront(await getSignedUrl(ofFunction, get)))).status).toBe(200);
    expect(await text({ Key: "busy" })).toBe("content");
  } finally {
    delete faults.call;
  }
  const resources = ["arn:aws:s3:::files/busy"];
  expect(calls).toEqual([{ service: "s3", action: "s3:GetObject", resources, functionId: "Main" }]);
});

test("what was posted with a tag keeps it until it is taken away, and a rule goes by it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "cdk-websocket-local-s3-"));
  try {
    const definition = {
      name: "b",
      host: "",
      versioned: true,
      cors: [],
      denials: [],
      rules: [
        {
          Status: "Enabled" as const,
          Prefix: "",
          TagFilters: [{ Key: "state", Value: "new" }],
          ExpirationInDays: 1,
          ExpiredObjectDeleteMarker: false,
          NoncurrentVersionExpiration: { NoncurrentDays: 1 },
        },
        {
          Status: "Enabled" as const,
          Prefix: "",
          TagFilters: [],
          ExpirationInDays: undefined,
          ExpiredObjectDeleteMarker: true,
          NoncurrentVersionExpiration: undefined,
        },
      ],
    };
    const bucket = await Bucket.open(folder, definition);
    const write = (key: string, tags: Record<string, string>) =>
      bucket.put(key, { type: "", tags }, Readable.from([Buffer.from("x")]), {});
    const kept = await write("kept", NEW);
    await bucket.untag(kept);
    await write("kept", NEW);
    const again = await write("unclaimed", NEW);
    await write("unclaimed", NEW);
    expect(bucket.find("unclaimed", again.id)).toBeUndefined();
    await bucket.expire(Date.now() + DAY - 1_000);
    expect(bucket.list().map(({ key }) => key)).toEqual(["kept", "unclaimed"]);
    for (const days of [1, 2.5, 4]) await bucket.expire(Date.now() + days * DAY);
    // After a restart too.
    await writeFile(join(folder, "b", randomUUID()), "left by a crash");
    const opened = await Bucket.open(folder, definition);
    expect(opened.find("unclaimed")).toBeUndefined();
    expect(opened.find("kept", kept.id)).toMatchObject({ size: 1, tags: {} });
    expect(await readFile(opened.pathOf(kept), "utf8")).toBe("x");
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("DeleteObjectTagging leaves the object", async () => {
  await s3.send(new PutObjectCommand({ ...files, Key: "tagged", Body: "x", Tagging: "state=new" }));
  await s3.send(new DeleteObjectTaggingCommand({ ...files, Key: "tagged" }));
  expect(await text({ Key: "tagged" })).toBe("x");
});
