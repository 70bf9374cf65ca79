export interface ErrorPayload {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** A failure of a function, as its invoker is told it. */
export class FunctionError extends Error {
  override name = "FunctionError";
  readonly payload: ErrorPayload;

  constructor(payload: ErrorPayload) {
    super(`${payload.errorType}: ${payload.errorMessage}`);
    this.payload = payload;
  }
}

/** An asynchronous invocation that has waited longer than its event's maximum age. */
export class ExpiredError extends Error {
  override name = "ExpiredError";
}
