import { Logger } from "@aws-lambda-powertools/logger";
import { isValiError } from "valibot";

/** Structured logs. Texts, names and tokens stay out of them. */
export const log = new Logger({ serviceName: "natter" });

/** What Lambda tells a handler of the invocation, as far as it is read here. */
export interface LambdaContext {
  awsRequestId: string;
  functionName: string;
  functionVersion: string;
  invokedFunctionArn: string;
  memoryLimitInMB: string;
}

/** Puts the request id, whether the start was cold, and `keys` on each line of an invocation. */
export function beginLog(context: LambdaContext, keys: Record<string, string> = {}): void {
  log.resetKeys();
  log.addContext(context);
  log.appendKeys(keys);
}

/**
 * What a log may hold of an error: neither its own fields, which can be what was sent or read, nor
 * valibot's message, which quotes that.
 */
export function loggable(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { name: typeof error };
  const { name, message, stack = "" } = error;
  const places = stack.slice(stack.indexOf("\n    at ") + 1);
  return { name, message: isValiError(error) ? undefined : message, stack: places };
}
