import * as v from "valibot";
import { ClientError, type ErrorInfo } from "../../protocol/errors.ts";
import { MAIN, type Packet } from "../../protocol/packet.ts";
import { log, loggable } from "../lambda.ts";

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

/** A refused packet, or what could be read of it. */
export interface Refused {
  type?: string;
  nsp?: string;
  id?: number | undefined;
}

/**
 * A `connect_error` for CONNECT, an ack for an event that asked for one, else the event `error`.
 */
export function refusal({ type, nsp = MAIN, id }: Refused, error: ErrorInfo): Packet {
  if (type === "connect") {
    const { code, message } = error;
    return { type: "connect_error", nsp, data: { message, data: { code } } };
  }
  // The id of a client's ack is one that the server has given.
  return id === undefined || type === "ack"
    ? { type: "event", nsp, name: "error", args: [error] }
    : { type: "ack", nsp, id, args: [{ ok: false, error }] };
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
