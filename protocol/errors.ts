/** The closed set of error codes. */
export const errorCodes = [
  "bad_request",
  "unauthorized",
  "forbidden",
  "not_found",
  "too_large",
  "rate_limited",
  "busy",
  "stale",
  "internal",
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** What a client is told of an error: in an ack, in the event `error`, in a `connect_error`. */
export interface ErrorInfo {
  code: ErrorCode;
  message: string;
  /** With `stale`: the room's newest seq. */
  head?: number | undefined;
}

/** An error whose message the client may read. Any other error is `internal`. */
export class ClientError extends Error {
  override readonly name = "ClientError";
  readonly code: ErrorCode;
  readonly head: number | undefined;

  constructor(code: ErrorCode, message: string, head?: number) {
    super(message);
    this.code = code;
    this.head = head;
  }
}

/** A frame that is no packet. `id` is set if an ack can still be given. */
export class FrameError extends ClientError {
  readonly id: number | undefined;

  constructor(message: string, id?: number) {
    super("bad_request", message);
    this.id = id;
  }
}
