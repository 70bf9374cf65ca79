import { arn, functionParts } from "../arn.ts";
import { type Answer, jsonAnswer, type Operation } from "../aws/operation.ts";
import { FunctionError } from "./environment.ts";
import type { Lambda } from "./lambda.ts";

const INVOCATIONS = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

/**
 * The largest payload of a request in bytes, by type of invocation;
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 * Since late 2025 asynchronous invocations may have 1 MB; that is unverified.
 */
const MAX_PAYLOAD: Readonly<Record<string, number>> = {
  RequestResponse: 6 * 1024 * 1024,
  Event: 256 * 1024,
};

/** A call of Lambda's API: Invoke; undefined for any other. */
export function lambdaOperation(
  lambda: Lambda,
  method: string,
  path: string,
  query: URLSearchParams,
  invocationType: string,
  body: string,
): Operation | undefined {
  const [, encoded] = INVOCATIONS.exec(path) ?? [];
  if (method !== "POST" || encoded === undefined) return undefined;
  const { name, qualifier: own } = functionParts(decodeURIComponent(encoded));
  const qualifier = query.get("Qualifier") ?? own;
  const resource = arn("lambda", ["function", name, qualifier ?? []].flat().join(":"));
  return {
    service: "lambda",
    action: "lambda:InvokeFunction",
    resources: [resource],
    body,
    async run() {
      if (!lambda.has(name) || (qualifier ?? "$LATEST") !== "$LATEST") {
        const message = `Function not found: ${resource}`;
        return jsonAnswer(404, { message }, "ResourceNotFoundException");
      }
      return invoke(lambda, name, invocationType, body === "" ? "{}" : body);
    },
  };
}

async function invoke(
  lambda: Lambda,
  name: string,
  type: string,
  payload: string,
): Promise<Answer> {
  const size = Buffer.byteLength(payload);
  const limit = MAX_PAYLOAD[type] ?? Number.POSITIVE_INFINITY;
  if (size > limit) {
    const message = `${size} byte payload is too large for the ${type} invocation type (limit ${limit} bytes)`;
    return jsonAnswer(413, { message }, "RequestEntityTooLargeException");
  }
  try {
    JSON.parse(payload);
  } catch {
    const message = "Could not parse request body into json";
    return jsonAnswer(400, { message }, "InvalidRequestContentException");
  }
  if (type === "Event") {
    lambda.invokeAsync(name, payload);
    return { status: 202 };
  }
  if (type !== "RequestResponse") {
    const message = `The invocation type ${type} is not supported here`;
    return jsonAnswer(400, { message }, "InvalidParameterValueException");
  }
  const headers = { "content-type": "application/json" };
  try {
    return { status: 200, headers, body: await lambda.invoke(name, payload) };
  } catch (error) {
    if (!(error instanceof FunctionError)) throw error;
    return {
      status: 200,
      headers: { ...headers, "x-amz-function-error": "Unhandled" },
      body: JSON.stringify(error.payload),
    };
  }
}
