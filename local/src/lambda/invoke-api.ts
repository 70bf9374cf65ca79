import type { Answer } from "../endpoint/endpoint.ts";
import { FunctionError } from "./function-error.ts";
import type { Lambda } from "./lambda.ts";

/**
 * Of a request's payload, in bytes; https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 * Since late 2025 asynchronous ones may have 1 MB; that is unverified.
 */
const MAX_REQUEST: Readonly<Record<string, number>> = {
  RequestResponse: 6 * 1024 * 1024,
  Event: 256 * 1024,
};

/** Lambda's Invoke: awaited (RequestResponse) or queued (Event). */
export async function invokeFunction(
  lambda: Lambda,
  name: string,
  type: string,
  body: string,
): Promise<Answer> {
  const payload = body === "" ? "{}" : body;
  if (!lambda.has(name)) {
    return failure(404, "ResourceNotFoundException", `Function not found: ${name}`);
  }
  const size = Buffer.byteLength(payload);
  const limit = MAX_REQUEST[type] ?? Number.POSITIVE_INFINITY;
  if (size > limit) {
    return failure(
      413,
      "RequestEntityTooLargeException",
      `${size} byte payload is too large for the ${type} invocation type (limit ${limit} bytes)`,
    );
  }
  if (!isJson(payload)) {
    return failure(400, "InvalidRequestContentException", "Could not parse request body into json");
  }
  if (type === "Event") {
    lambda.invokeAsync(name, payload);
    return { status: 202 };
  }
  if (type !== "RequestResponse") {
    return failure(400, "InvalidParameterValueException", `InvocationType ${type} is not run here`);
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

function failure(status: number, error: string, Message: string): Answer {
  const headers = { "content-type": "application/json" };
  return { status, error, headers, body: JSON.stringify({ Message }) };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
