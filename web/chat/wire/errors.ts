import { ClientError, type ErrorCode } from "../../../protocol/errors.ts";

const sentences: Record<ErrorCode, string | undefined> = {
  // What the server says of these names the reason.
  bad_request: undefined,
  forbidden: undefined,
  not_found: undefined,
  too_large: "This is too long to send.",
  unauthorized: "You are signed out.",
  rate_limited: "Too many messages at once. Wait a moment.",
  busy: "The room is busy. Try again in a moment.",
  stale: "This message is too old to send.",
  internal: "Something went wrong on the server.",
};

/** What a person reads of an error. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof ClientError)) return "The server did not answer.";
  return sentences[error.code] ?? error.message;
}
