import { Logger } from "@aws-lambda-powertools/logger";
import { isValiError } from "valibot";

/** What Lambda gives a function: its environment, and its log. */

/** An environment variable that a function needs. @throws at the cold start, with its name */
export function requireEnv(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`The environment variable ${name} is missing`);
  return value;
}

/** Structured logs, without texts, names and tokens. */
export const log = new Logger({ serviceName: "natter" });

/** The parts of Lambda's context that are read here. */
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
 * The parts of an error that may be logged: not its own fields, which can hold what was sent or
 * read, and not valibot's message, which quotes it.
 */
export function loggable(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { name: typeof error };
  const { name, message, stack = "" } = error;
  const places = stack.slice(stack.indexOf("\n    at ") + 1);
  return { name, message: isValiError(error) ? undefined : message, stack: places };
}
