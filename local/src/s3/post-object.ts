import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import Busboy from "@fastify/busboy";
import * as v from "valibot";
import { AwsError, type Operation } from "../aws/operation.ts";
import { requireScope, requireSigned } from "../endpoint/signature.ts";
import type { Credentials, Principal } from "../lambda/credentials.ts";
import type { Bucket } from "./bucket.ts";
import { onBucket, versionHeaders } from "./objects.ts";

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

/**
 * Reads a form with a file, as a browser posts it. Its policy says what it may contain, and
 * the signer of the policy is the one who puts the file.
 */
export async function readForm(
  incoming: IncomingMessage,
  bucket: Bucket,
  credentials: Credentials,
  now: number,
): Promise<{ principal: Principal; operation: Operation }> {
  const { fields, file } = await parts(incoming).catch((error: unknown) => {
    throw error instanceof AwsError ? error : malformed("It has no boundary");
  });
  const get = (name: string) => fields.get(name) ?? "";
  const key = get("key");
  if (key === "" || /\$\{filename\}/.test(key)) throw malformed("It needs a key of its own");
  const principal = verify(fields, credentials);
  const [least, most] = checkPolicy(fields, bucket, now);
  const attributes = {
    type: get("content-type") || "binary/octet-stream",
    tags: readTagging(get("tagging")),
  };
  const operation: Operation = {
    ...onBucket(bucket, key, "PutObject"),
    ...(fields.has("tagging") && { alsoAction: "s3:PutObjectTagging" }),
    async run() {
      const version = await bucket.put(key, attributes, file, { least, most });
      return { status: 204, headers: { etag: version.etag, ...versionHeaders(bucket, version) } };
    },
  };
  return { principal, operation };
}

/** The fields before the file, and the file while it comes. */
function parts(incoming: IncomingMessage): Promise<{ fields: Fields; file: Readable }> {
  return new Promise((resolve, reject) => {
    const type = incoming.headers["content-type"] ?? "";
    if (!type.startsWith("multipart/form-data")) throw malformed("It is no multipart/form-data");
    const fields = new Map<string, string>();
    const form = new Busboy({
      headers: { ...incoming.headers, "content-type": type },
      limits: { fieldSize: 20 * 1024, fields: 100, files: 1 },
    });
    form.on("field", (name, value) => fields.set(name.toLowerCase(), value));
    form.on("file", (_, file) => {
      // A reader gets the file's errors; a refused file has no reader, so they must be caught here.
      file.on("error", () => {});
      incoming.on("close", () => {
        if (!incoming.complete) file.destroy(malformed("It is incomplete"));
      });
      resolve({ fields, file });
    });
    form.on("error", () => reject(malformed("Its parts cannot be read")));
    form.on("finish", () => reject(malformed("It has no file")));
    incoming.on("close", () => reject(malformed("It is incomplete")));
    incoming.pipe(form);
  });
}

/** @returns whose key has signed the policy */
function verify(fields: Fields, credentials: Credentials): Principal {
  const get = (name: string) => fields.get(name) ?? "";
  const [accessKeyId = "", ...scopeParts] = get("x-amz-credential").split("/");
  const principal = credentials.principal(accessKeyId, get("x-amz-security-token"));
  const scope = scopeParts.join("/");
  requireScope(scope, get("x-amz-date"), "s3");
  requireSigned(get("policy"), get("x-amz-signature"), { secret: principal.secret, scope });
  return principal;
}

/** @returns how many bytes the file may have, at least and at most */
function checkPolicy(fields: Fields, bucket: Bucket, now: number): [number, number?] {
  const { expiration, conditions } = parsePolicy(fields.get("policy") ?? "");
  if (now > Date.parse(expiration)) throw denied("Policy expired.");
  const named = new Set(["bucket"]);
  let range: [number, number?] = [0];
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

function denied(why: string): AwsError {
  return new AwsError("AccessDenied", `Invalid according to Policy: ${why}`);
}

function malformed(why: string): AwsError {
  return new AwsError("MalformedPOSTRequest", `The body of the POST request is malformed: ${why}`);
}
