import {
  ClientError,
  type ErrorCode,
  type ErrorInfo,
  errorCodes,
} from "../../../protocol/errors.ts";
import { words } from "../../words.ts";

/** An event that the server did not answer: it may have been carried out, or not. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
  /** Whether the connection seemed to be open all the time. */
  readonly connected: boolean;

  constructor(connected: boolean) {
    super("The server did not answer");
    this.connected = connected;
  }
}

const PASSING: ReadonlySet<ErrorCode> = new Set(["busy", "rate_limited", "internal"]);

/** Whether the same request may succeed a little later. */
export function mayPass(error: unknown): boolean {
  return error instanceof NoAnswer || (error instanceof ClientError && PASSING.has(error.code));
}

/** What the server said in a `connect_error`. A failure of the network has no code: `internal`. */
export function refusalOf(error: Error): ErrorInfo {
  const data: unknown = "data" in error ? error.data : undefined;
  const said = typeof data === "object" && data !== null && "code" in data ? data.code : undefined;
  const code = errorCodes.find((known) => known === said) ?? "internal";
  return { code, message: error.message };
}

/** What a person reads of an error. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof ClientError)) return words.noAnswer;
  return words.errors[error.code] ?? error.message;
}
