export interface ErrorPayload {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** What a function's failure looks like to whoever invoked it. */
export class FunctionError extends Error {
  override name = "FunctionError";
  readonly payload: ErrorPayload;

  constructor(payload: ErrorPayload) {
    super(`${payload.errorType}: ${payload.errorMessage}`);
    this.payload = payload;
  }
}
