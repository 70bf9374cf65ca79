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

/**
 * The error for a schema's issue: `too_large` for an upper limit, otherwise `bad_request`.
 * @param whole what to call the input as a whole, such as "data"
 */
export function toClientError(issue: v.BaseIssue<unknown>, whole: string): ClientError {
  const code = issue.type.startsWith("max_") ? "too_large" : "bad_request";
  return new ClientError(code, `${v.getDotPath(issue) ?? whole} ${issue.message}`);
}

// Messages for checks that have none of their own. They follow the field's name.
v.setSchemaMessage(({ expected, input }) => {
  if (input === undefined) return "is missing";
  const values = expected?.match(/"[^"]*"/g);
  if (values) return `must be ${values.join(" or ")}`;
  return `must be ${withArticle(expected ?? "")}, not ${input === null ? "null" : withArticle(typeOf(input))}`;
});
v.setSpecificMessage(v.safeInteger, "must be a whole number");
v.setSpecificMessage(v.minValue, ({ requirement }) => `must be at least ${requirement}`);
v.setSpecificMessage(v.maxValue, ({ requirement }) => `must be at most ${requirement}`);
v.setSpecificMessage(
  v.minLength,
  ({ requirement }) => `must have a length of at least ${requirement}`,
);
v.setSpecificMessage(
  v.maxLength,
  ({ requirement }) => `must have a length of at most ${requirement}`,
);

function typeOf(input: unknown): string {
  return Array.isArray(input) ? "array" : typeof input;
}

function withArticle(type: string): string {
  return `${/^[ao]/i.test(type) ? "an" : "a"} ${type.toLowerCase()}`;
}
