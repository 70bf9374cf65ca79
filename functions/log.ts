import { Logger } from "@aws-lambda-powertools/logger";
import { isValiError } from "valibot";

/** Structured logs. Texts, names and tokens stay out of them. */
export const log = new Logger({ serviceName: "natter" });

/**
 * What a log may hold of an error: neither its own fields, which can be what was sent or read, nor
 * valibot's message, which quotes that.
 */
export function loggable(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { name: typeof error };
  const { name, message, stack = "" } = error;
  const places = stack.slice(stack.indexOf("\n    at ") + 1);
  return { name, ...(!isValiError(error) && { message }), stack: places };
}
