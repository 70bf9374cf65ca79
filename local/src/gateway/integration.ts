import * as v from "valibot";
import { arn } from "../arn.ts";
import { denial } from "../iam/authorize.ts";
import { FunctionError } from "../lambda/environment.ts";
import type { Lambda } from "../lambda/lambda.ts";
import type { ApiDefinition, RouteDefinition } from "../template/read-api.ts";
import type { SocketEvent } from "./events.ts";

const ProxyResult = v.object({
  statusCode: v.pipe(v.union([v.number(), v.string()]), v.transform(Number), v.integer()),
  headers: v.optional(v.record(v.string(), v.unknown()), {}),
  body: v.optional(v.string()),
});

/** The result of an invocation for API Gateway. */
export type Outcome = v.InferOutput<typeof ProxyResult> | "error" | "timeout";

/**
 * Invokes a route's function. A failure and a malformed result are both an "error".
 * @param origin what the invocation is counted under
 */
export async function integrate(
  lambda: Lambda,
  api: ApiDefinition,
  route: RouteDefinition,
  event: SocketEvent,
  origin: string,
): Promise<Outcome> {
  const { routeKey, eventType, connectionId } = event.requestContext;
  if (!mayInvoke(lambda, api, route, routeKey)) {
    return eventType === "CONNECT" ? { statusCode: 500, headers: {} } : "error";
  }
  // A flood of handshakes comes from connections that are all different.
  const client = eventType === "MESSAGE" ? connectionId : eventType;
  const invoked = lambda.invoke(route.function, JSON.stringify(event), { origin, client });
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, route.timeout, undefined);
  });
  try {
    const result = await Promise.race([invoked, timeout]);
    if (result === undefined) return "timeout";
    const parsed = v.safeParse(ProxyResult, JSON.parse(result));
    return parsed.success ? parsed.output : "error";
  } catch (error) {
    if (error instanceof FunctionError) return "error";
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** Invokes as the integration's own role if it has one, otherwise by the function's permission. */
function mayInvoke(
  lambda: Lambda,
  { id, stage }: ApiDefinition,
  { function: name, credentials: role }: RouteDefinition,
  routeKey: string,
): boolean {
  if (role === undefined) {
    const source = arn("execute-api", `${id}/${stage}/${routeKey}`);
    return lambda.admits(name, "apigateway.amazonaws.com", source);
  }
  const principal = { name: "BackplaneAssumeRoleSession", role };
  const denied = denial(principal, "lambda:InvokeFunction", arn("lambda", `function:${name}`));
  if (denied !== undefined) console.error(`${routeKey}: ${denied}`);
  return denied === undefined;
}
