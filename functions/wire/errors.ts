import * as v from "valibot";
import { ClientError, type ErrorInfo } from "../../protocol/errors.ts";
import { log, loggable } from "../log.ts";

/** What a client is told about an error. */

/** A `ClientError` as it is. Any other error is logged, and the client is told `internal`. */
export function toErrorInfo(error: unknown): ErrorInfo {
  if (error instanceof ClientError) {
    const { code, message, head } = error;
    return { code, message, head };
  }
  log.error("failed", { error: loggable(error) });
  return { code: "internal", message: "Something went wrong on the server; try again" };
}

/** The error for a schema's issue: `too_large` for an upper limit, otherwise `bad_request`. */
export function toClientError(issue: v.BaseIssue<unknown>): ClientError {
  const code = issue.type.startsWith("max_") ? "too_large" : "bad_request";
  return new ClientError(code, `${v.getDotPath(issue) ?? "data"} ${complaintOf(issue)}`);
}

/** As in "is missing" or "must be a string, not a number". Our schemas' own messages are kept. */
function complaintOf(issue: v.BaseIssue<unknown>): string {
  const { kind, type, expected, input, message } = issue;
  if (!message.startsWith("Invalid ")) return message;
  if (kind !== "schema")
    return limitOf(type, "requirement" in issue ? issue.requirement : expected);
  if (input === undefined) return "is missing";
  const values = expected?.match(/"[^"]*"/g);
  if (values) return `must be ${values.join(" or ")}`;
  return `must be ${withArticle(expected ?? "")}, not ${input === null ? "null" : withArticle(typeOf(input))}`;
}

/** What a validation of valibot requires. */
function limitOf(type: string, limit: unknown): string {
  switch (type) {
    case "safe_integer":
      return "must be a whole number";
    case "min_value":
      return `must be at least ${limit}`;
    case "max_value":
      return `must be at most ${limit}`;
    case "max_length":
      return `must have a length of at most ${limit}`;
    default:
      return `must be ${limit}`;
  }
}

function typeOf(input: unknown): string {
  return Array.isArray(input) ? "array" : typeof input;
}

function withArticle(type: string): string {
  return `${/^[ao]/i.test(type) ? "an" : "a"} ${type.toLowerCase()}`;
}
