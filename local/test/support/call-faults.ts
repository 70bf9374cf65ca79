import type { Answer, AwsCall } from "../../src/run.ts";
import { Gate, type Hook, nth, type Which } from "./faults.ts";

// Ready-made hooks for Faults.call: throttles, and functions that die or stand still at a call.

/** How each service says that it has too much to do. */
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
};

const UNREACHABLE: Answer = { status: 503, error: "ServiceUnavailable" };

/** The calls of an action, if need be only those of a resource with that in its ARN. */
export function calls(action: string, resource = ""): Which<AwsCall> {
  return (call) => call.action === action && call.resources.some((arn) => arn.includes(resource));
}

/** The first calls that match are answered as their service throttles. */
export function throttleCalls(count: number, which: Which<AwsCall>): Hook<"call"> {
  let left = count;
  return async (call, _, go) => (which(call) && left-- > 0 ? THROTTLES[call.service] : go());
}

/** The function that makes the nth call that matches dies before the service hears of it. */
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

/** The function that makes the nth call that matches dies before it hears the answer. */
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

/** The function that makes the nth call that matches stands still from then on, until released. */
export function freezeAt(n: number, which: Which<AwsCall>) {
  const matches = nth(n, which);
  const gate = new Gate();
  const call: Hook<"call"> = async (made, fn, go) => {
    if (fn !== undefined && matches(made)) {
      fn.freeze();
      void gate.wait().then(() => fn.thaw());
    }
    return go();
  };
  return { call, reached: gate.reached, release: () => gate.release() };
}
