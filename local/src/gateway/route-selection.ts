import type { ApiDefinition } from "../template/read-api.ts";

/** The key of the route for a message, if the API has one for it, and what the message is counted under. */
export function selectRoute(api: ApiDefinition, body: string) {
  const key = selectedKey(api, body);
  // Whether a message can name $connect or $disconnect is unverified: here it cannot.
  if (!key.startsWith("$") && api.routes.has(key)) return { routeKey: key, origin: key };
  return {
    routeKey: api.routes.has("$default") ? "$default" : undefined,
    origin: /^[\w. :-]{1,64}$/.test(key) ? `$default ${key}` : "$default",
  };
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
