import * as v from "valibot";
import { ClientError, type ErrorInfo } from "../../protocol/errors.ts";
import { log, loggable } from "../log.ts";

/** What a client is told when something is wrong. */

/** A `ClientError` as it is; anything else is logged, and `internal` to the client. */
export function toErrorInfo(error: unknown): ErrorInfo {
  if (error instanceof ClientError) return { code: error.code, message: error.message };
  log.error("failed", { error: loggable(error) });
  return { code: "internal", message: "Something went wrong on the server; try again" };
}

/** What a schema has found: `too_large` where it is a limit, else `bad_request`. */
export function toClientError(issue: v.BaseIssue<unknown>): ClientError {
  const code = issue.type.startsWith("max_") ? "too_large" : "bad_request";
  return new ClientError(code, `${v.getDotPath(issue) ?? "data"} ${complaintOf(issue)}`);
}

/** As in "is missing" or "must be a string, not a number"; our schemas' own messages begin with "must". */
function complaintOf({ kind, expected, input, message }: v.BaseIssue<unknown>): string {
  if (!message.startsWith("Invalid ")) return message;
  if (kind === "schema" && input === undefined) return "is missing";
  if (kind === "schema") return `must be ${nameOf(expected ?? "")}, not ${typeOf(input)}`;
  return `must be ${expected}`;
}

/** A type of valibot's, or the values that it takes. */
function nameOf(expected: string): string {
  if (expected === "Object" || expected === "Array") return `an ${expected.toLowerCase()}`;
  if (/^[a-z]+$/.test(expected)) return `a ${expected}`;
  return expected.replace(/^\((.*)\)$/, "$1").replaceAll(" | ", " or ");
}

function typeOf(input: unknown): string {
  if (input === null) return "null";
  if (Array.isArray(input)) return "an array";
  return typeof input === "object" ? "an object" : `a ${typeof input}`;
}
