import Busboy from "@fastify/busboy";
import * as v from "valibot";
import { AwsError } from "../aws/operation.ts";
import { principalOf } from "../endpoint/authenticate.ts";
import { requireScope, requireSigned } from "../endpoint/signature.ts";
import type { Credentials } from "../lambda/credentials.ts";
import type { Bucket, Version } from "./bucket.ts";
import { tag } from "./listings.ts";
import { type ObjectRequest, type S3Answer, versionHeaders } from "./s3-request.ts";

// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html

const Policy = v.object({
  expiration: v.pipe(v.string(), v.isoTimestamp()),
  conditions: v.array(
    v.union([
      v.tuple([v.literal("content-length-range"), v.number(), v.number()]),
      v.tuple([v.picklist(["eq", "starts-with"]), v.string(), v.string()]),
      v.pipe(
        v.record(v.string(), v.string()),
        v.transform((one) => {
          const [[name, value] = ["", ""]] = Object.entries(one);
          return ["eq", `$${name}`, value] as const;
        }),
      ),
    ]),
  ),
});

/** Fields that no condition needs to name. */
const FREE = /^(x-amz-signature|policy|file|x-ignore-.*)$/;

type Fields = ReadonlyMap<string, string>;
type Allow = (caller: string, action: string, bucket: Bucket, key: string) => void;

/** Takes a form with a file, as a browser posts it: its policy says what may be in it. */
export async function postObject(
  { incoming, bucket }: ObjectRequest,
  credentials: Credentials,
  now: number,
  allow: Allow,
): Promise<S3Answer> {
  const { fields, file } = await readForm(incoming);
  const get = (name: string) => fields.get(name) ?? "";
  const key = get("key");
  if (key === "" || /\$\{filename\}/.test(key)) throw malformed("It needs a key of its own");
  const caller = verify(fields, credentials);
  const [least, most] = checkPolicy(fields, bucket, now);
  allow(caller, "s3:PutObject", bucket, key);
  if (fields.has("tagging")) allow(caller, "s3:PutObjectTagging", bucket, key);
  const type = get("content-type") || "binary/octet-stream";
  const attributes = { type, tags: readTagging(get("tagging")) };
  const version = await bucket.put(key, attributes, limited(file, most), ({ size }) => {
    if (size < least) throw new AwsError("EntityTooSmall", "The file is smaller than it may be");
  });
  return created(fields, bucket, version);
}

type Form = { fields: Fields; file: AsyncIterable<Buffer> };

/** The fields before the file, and the file while it comes. */
function readForm(incoming: ObjectRequest["incoming"]): Promise<Form> {
  return new Promise((resolve, reject) => {
    const type = incoming.headers["content-type"] ?? "";
    if (!type.startsWith("multipart/form-data")) throw malformed("It is no multipart/form-data");
    const fields = new Map<string, string>();
    const form = new Busboy({
      headers: { ...incoming.headers, "content-type": type },
      limits: { fieldSize: 20 * 1024, fields: 100, files: 1 },
    });
    form.on("field", (name, value) => fields.set(name.toLowerCase(), value));
    form.on("file", (_, stream) => resolve({ fields, file: whole(stream, incoming) }));
    form.on("error", () => reject(malformed("Its parts cannot be read")));
    form.on("finish", () => reject(malformed("It has no file")));
    incoming.on("close", () => reject(malformed("It is incomplete")));
    incoming.pipe(form);
  });
}

/** The file, unless the connection breaks before its end. */
async function* whole(file: AsyncIterable<Buffer>, incoming: ObjectRequest["incoming"]) {
  const broken = new Promise<never>((_, reject) => {
    incoming.on("close", () => incoming.complete || reject(malformed("It is incomplete")));
  });
  broken.catch(() => {});
  const chunks = file[Symbol.asyncIterator]();
  for (;;) {
    const { done, value } = await Promise.race([chunks.next(), broken]);
    if (done) return;
    yield value;
  }
}

async function* limited(file: AsyncIterable<Buffer>, most: number) {
  let size = 0;
  for await (const chunk of file) {
    size += chunk.length;
    if (size > most) throw new AwsError("EntityTooLarge", "The file is larger than it may be");
    yield chunk;
  }
}

/** @returns whose key has signed the policy */
function verify(fields: Fields, credentials: Credentials): string {
  const get = (name: string) => fields.get(name) ?? "";
  const [accessKeyId = "", ...scope] = get("x-amz-credential").split("/");
  const { secret, caller } = principalOf(accessKeyId, get("x-amz-security-token"), credentials);
  const signed = { secret, scope: scope.join("/") };
  requireScope(signed.scope, get("x-amz-date"), "s3");
  requireSigned(get("policy"), get("x-amz-signature"), signed);
  return caller;
}

/** @returns how many bytes the file may have, at least and at most */
function checkPolicy(fields: Fields, bucket: Bucket, now: number): [number, number] {
  const { expiration, conditions } = parsePolicy(fields.get("policy") ?? "");
  if (now > Date.parse(expiration)) throw denied("Policy expired.");
  const named = new Set(["bucket"]);
  let range: [number, number] = [0, 5 * 1024 ** 3];
  for (const condition of conditions) {
    if (condition[0] === "content-length-range") {
      range = [condition[1], condition[2]];
      continue;
    }
    const [operator, variable, wanted] = condition;
    const name = variable.slice(1).toLowerCase();
    const value = name === "bucket" ? bucket.definition.name : (fields.get(name) ?? "");
    named.add(name);
    const holds = operator === "eq" ? value === wanted : value.startsWith(wanted);
    if (!holds) throw denied(`Policy Condition failed: ${JSON.stringify(condition)}`);
  }
  const extra = [...fields.keys()].find((name) => !FREE.test(name) && !named.has(name));
  if (extra !== undefined) throw denied(`Extra input fields: ${extra}`);
  return range;
}

function parsePolicy(text: string): v.InferOutput<typeof Policy> {
  try {
    return v.parse(Policy, JSON.parse(Buffer.from(text, "base64").toString()));
  } catch {
    throw denied("Invalid JSON.");
  }
}

/** The tags of the field `tagging`, which is XML. */
function readTagging(text: string): Record<string, string> {
  const tags = text.matchAll(/<Tag><Key>([^<&]+)<\/Key><Value>([^<&]*)<\/Value><\/Tag>/g);
  return Object.fromEntries([...tags].map(([, name = "", value = ""]) => [name, value]));
}

function created(fields: Fields, bucket: Bucket, version: Version): S3Answer {
  const headers = { etag: version.etag, ...versionHeaders(bucket, version) };
  const status = fields.get("success_action_status");
  if (status !== "201") return { status: status === "200" ? 200 : 204, headers };
  const parts = [tag("Bucket", bucket.definition.name), tag("Key", version.key)];
  const body = `<PostResponse>${parts.join("")}${tag("ETag", version.etag)}</PostResponse>`;
  return { status: 201, headers: { ...headers, "content-type": "application/xml" }, body };
}

function denied(why: string): AwsError {
  return new AwsError("AccessDenied", `Invalid according to Policy: ${why}`);
}

function malformed(why: string): AwsError {
  return new AwsError("MalformedPOSTRequest", `The body of the POST request is malformed: ${why}`);
}
