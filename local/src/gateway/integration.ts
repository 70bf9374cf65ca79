import * as v from "valibot";
import { originOf } from "../aws/counters.ts";
import { FunctionError } from "../lambda/function-error.ts";
import type { Lambda } from "../lambda/lambda.ts";
import type { ApiDefinition, RouteDefinition } from "../template/stack.ts";
import { executeApiArn } from "./arn.ts";
import type { SocketEvent } from "./events.ts";

const ProxyResult = v.object({
  statusCode: v.pipe(v.union([v.number(), v.string()]), v.transform(Number), v.integer()),
  headers: v.optional(v.record(v.string(), v.unknown()), {}),
  body: v.optional(v.string()),
});

export type ProxyResult = v.InferOutput<typeof ProxyResult>;

/** What an invocation comes to, for API Gateway. */
export type Outcome = ProxyResult | "error" | "timeout";

/** Invokes a route's function. A failure and a malformed result are both an "error". */
export async function integrate(
  lambda: Lambda,
  api: ApiDefinition,
  route: RouteDefinition,
  event: SocketEvent,
): Promise<Outcome> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<"timeout">((resolve) => {
    timer = setTimeout(resolve, route.timeout, "timeout");
  });
  try {
    return await Promise.race([invoke(lambda, api, route, event), timeout]);
  } finally {
    clearTimeout(timer);
  }
}

async function invoke(
  lambda: Lambda,
  api: ApiDefinition,
  route: RouteDefinition,
  event: SocketEvent,
): Promise<Outcome> {
  const { routeKey, eventType } = event.requestContext;
  const source = executeApiArn(api, routeKey);
  if (!lambda.admits(route.function, "apigateway.amazonaws.com", source)) {
    return eventType === "CONNECT" ? { statusCode: 500, headers: {} } : "error";
  }
  try {
    const origin = originOf(api, event);
    const result = await lambda.invoke(route.function, JSON.stringify(event), origin);
    const parsed = v.safeParse(ProxyResult, JSON.parse(result));
    return parsed.success ? parsed.output : "error";
  } catch (error) {
    if (error instanceof FunctionError) return "error";
    throw error;
  }
}
