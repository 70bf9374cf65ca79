import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { type Answer, AwsError, type Operation } from "../aws/operation.ts";
import { type Control, perform, respond } from "../endpoint/perform.ts";
import { authenticate } from "../endpoint/signature.ts";
import { glob } from "../glob.ts";
import { type Principal, unknownToken } from "../lambda/credentials.ts";
import type { BucketDefinition, CorsRule } from "../template/read-buckets.ts";
import { Bucket } from "./bucket.ts";
import { objectOperation } from "./objects.ts";
import { readForm } from "./post-object.ts";
import { errorAnswer } from "./xml.ts";

const HOUR = 60 * 60 * 1_000;

/** Where a request comes from: through a distribution it is a viewer's, whoever has signed it. */
type Via = "endpoint" | "distribution";

/** Opens the buckets, each in a folder. */
export async function openS3(
  data: string,
  definitions: readonly BucketDefinition[],
  control: Control,
) {
  const buckets = new Map<string, Bucket>();
  for (const one of definitions) buckets.set(one.name, await Bucket.open(join(data, "s3"), one));
  const expire = () => {
    for (const bucket of buckets.values()) {
      bucket.expire().catch((error: unknown) => console.error(error));
    }
  };
  expire();
  const timer = setInterval(expire, HOUR).unref();
  return {
    /** Answers a request; its body is read from the stream as it is written to disk. */
    serve: (incoming: IncomingMessage, response: ServerResponse, via: Via) =>
      respond(incoming, response, answer(incoming, response, via, buckets, control), (error) =>
        errorAnswer(error, incoming.method),
      ),
    stop: () => clearInterval(timer),
  };
}

export type S3 = Awaited<ReturnType<typeof openS3>>;

async function answer(
  incoming: IncomingMessage,
  response: ServerResponse,
  via: Via,
  buckets: ReadonlyMap<string, Bucket>,
  control: Control,
): Promise<Answer> {
  const place = placeOf(incoming);
  const cors = corsHeaders(buckets.get(place.name)?.definition.cors ?? [], incoming);
  for (const [header, value] of Object.entries(cors ?? {})) response.setHeader(header, value);
  if (incoming.method === "OPTIONS") {
    if (cors === undefined) throw new AwsError("AccessDenied", "CORS: this is not allowed");
    return { status: 200 };
  }
  const { principal, operation } = await readRequest(incoming, place, buckets, control);
  if (via === "endpoint") return perform(operation, principal, control);
  // Everybody knows the developer's key, and anybody may come this way.
  if (principal.functionId === undefined) throw unknownToken();
  // The environment that has signed a viewer's address does not make the call.
  return perform(operation, { functionId: principal.functionId }, control);
}

/** @returns what is asked for, and who has signed that */
async function readRequest(
  incoming: IncomingMessage,
  { name, key, query }: ReturnType<typeof placeOf>,
  buckets: ReadonlyMap<string, Bucket>,
  { lambda: { credentials }, faults }: Control,
): Promise<{ principal: Principal; operation: Operation }> {
  const { method = "GET", url = "/", headers } = incoming;
  const bucket = buckets.get(name);
  const now = faults.storageClock?.() ?? Date.now();
  if (method === "POST" && bucket !== undefined && key === "" && query.size === 0) {
    return readForm(incoming, bucket, credentials, now);
  }
  const { principal } = authenticate({ method, url, headers }, credentials, now);
  if (bucket === undefined) throw new AwsError("NoSuchBucket", `There is no bucket ${name}`);
  return { principal, operation: objectOperation({ incoming, bucket, key, query }) };
}

/** The bucket is the host's first part, or else the path's, and the rest of the path is the key. */
function placeOf({ url = "/", headers: { host = "" } }: IncomingMessage) {
  const [path = "/", query] = url.split(/\?(.*)/s);
  const ofHost = /^(.+)\.s3[.-]/.exec(host)?.[1];
  const [name = "", ...key] = (ofHost === undefined ? path.slice(1) : ofHost + path).split("/");
  return {
    name: decodeURIComponent(name),
    key: decodeURIComponent(key.join("/")),
    query: new URLSearchParams(query),
  };
}

/**
 * The headers that let a page of another origin read the answer; undefined if no rule of the bucket
 * does. https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html
 */
function corsHeaders(rules: readonly CorsRule[], { method, headers }: IncomingMessage) {
  const { origin } = headers;
  if (origin === undefined) return undefined;
  const isPreflight = method === "OPTIONS";
  const wanted = isPreflight ? headers["access-control-request-method"] : method;
  const asked = String((isPreflight && headers["access-control-request-headers"]) || "")
    .split(/\s*,\s*/)
    .filter(Boolean);
  const allows = (patterns: readonly string[], name: string) =>
    patterns.some((pattern) => glob(pattern, "i").test(name));
  const rule = rules.find(
    ({ AllowedOrigins, AllowedMethods, AllowedHeaders }) =>
      allows(AllowedOrigins, origin) &&
      AllowedMethods.includes(wanted ?? "") &&
      asked.every((name) => allows(AllowedHeaders, name)),
  );
  if (rule === undefined) return undefined;
  return {
    "access-control-allow-origin": rule.AllowedOrigins.includes("*") ? "*" : origin,
    "access-control-allow-methods": rule.AllowedMethods.join(", "),
    vary: "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
    ...(asked.length > 0 && { "access-control-allow-headers": asked.join(", ") }),
    ...(rule.ExposedHeaders.length > 0 && {
      "access-control-expose-headers": rule.ExposedHeaders.join(", "),
    }),
    ...(isPreflight && rule.MaxAge !== undefined && { "access-control-max-age": `${rule.MaxAge}` }),
  };
}
