import type { Answer, AwsCall } from "../../src/run.ts";
import { Gate, type Hook, nth, type Which } from "./faults.ts";

// Ready-made hooks for Faults.call: throttles, late answers, and functions that are killed at a call.

/** How each service answers a call that it throttles. */
export const THROTTLES: Readonly<Record<AwsCall["service"], Answer>> = {
  dynamodb: {
    status: 400,
    error: "ProvisionedThroughputExceededException",
    headers: { "content-type": "application/x-amz-json-1.0" },
    body: JSON.stringify({
      __type: "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
      message: "The level of configured provisioned throughput for the table was exceeded.",
    }),
  },
  "execute-api": { status: 429, error: "LimitExceededException" },
  lambda: {
    status: 429,
    error: "TooManyRequestsException",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ Reason: "CallerRateLimitExceeded", message: "Rate Exceeded." }),
  },
  s3: {
    status: 503,
    headers: { "content-type": "application/xml" },
    body: "<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>",
  },
};

const UNREACHABLE: Answer = { status: 503, error: "ServiceUnavailable" };

/** Matches the calls of an action on the resources whose ARN contains a text. */
export function calls(action: string, resource = ""): Which<AwsCall> {
  return (call) => call.action === action && call.resources.some((arn) => arn.includes(resource));
}

/** Throttles the first `count` calls that match. */
export function throttleCalls(count: number, which: Which<AwsCall>): Hook<"call"> {
  let left = count;
  return async (call, _, go) => (which(call) && left-- > 0 ? THROTTLES[call.service] : go());
}

/** Kills the function that makes the nth matching call, before the call is done. */
export function killBefore(n: number, which: Which<AwsCall>) {
  const matches = nth(n, which);
  const gate = new Gate();
  const call: Hook<"call"> = async (made, fn, go) => {
    if (!matches(made)) return go();
    await fn?.kill();
    gate.reach();
    return UNREACHABLE;
  };
  return { call, killed: gate.reached };
}

/** Kills the function that makes the nth matching call, after the call is done. */
export function killAfter(n: number, which: Which<AwsCall>) {
  const matches = nth(n, which);
  const gate = new Gate();
  const call: Hook<"call"> = async (made, fn, go) => {
    const last = matches(made);
    const answer = await go();
    if (last) {
      await fn?.kill();
      gate.reach();
    }
    return answer;
  };
  return { call, killed: gate.reached };
}

/** Holds back the answer to the nth matching call until it is released. */
export function holdAnswer(n: number, which: Which<AwsCall>) {
  const matches = nth(n, which);
  const gate = new Gate();
  const call: Hook<"call"> = async (made, _, go) => {
    const isHeld = matches(made);
    const answer = await go();
    if (isHeld) await gate.wait();
    return answer;
  };
  return { call, reached: gate.reached, release: () => gate.release() };
}
