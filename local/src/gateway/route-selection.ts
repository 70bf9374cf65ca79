import type { ApiDefinition } from "../template/read-api.ts";
import type { SocketEvent } from "./events.ts";

/** The key of the route for a message; undefined if the API has none for it. */
export function selectRoute(api: ApiDefinition, body: string): string | undefined {
  const key = selectedKey(api, body);
  // Whether a message can name $connect or $disconnect is unverified: here it cannot.
  if (!key.startsWith("$") && api.routes.has(key)) return key;
  return api.routes.has("$default") ? "$default" : undefined;
}

/** The origin that the counters count an event under. */
export function originOf(api: ApiDefinition, { requestContext, body }: SocketEvent): string {
  const { eventType, routeKey } = requestContext;
  if (eventType !== "MESSAGE" || routeKey !== "$default") return routeKey;
  const key = selectedKey(api, body ?? "");
  return /^[\w. :-]{1,64}$/.test(key) ? `${routeKey} ${key}` : routeKey;
}

/** The value of `$request.body.<path>`, as text; "" if the body has none. */
function selectedKey(api: ApiDefinition, body: string): string {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return "";
  }
  for (const name of api.selection) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return "";
    value = Object.entries(value).find(([key]) => key === name)?.[1];
  }
  if (value === undefined || value === null) return "";
  // No route is named by what holds other values, which can be nested too deeply to be written.
  return typeof value === "object" ? "" : String(value);
}
