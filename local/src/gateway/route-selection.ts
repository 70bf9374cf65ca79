import type { ApiDefinition } from "../template/stack.ts";

/** The key of the route that serves a message, or nothing if the API has none for it. */
export function selectRoute(api: ApiDefinition, body: string): string | undefined {
  const key = selectedKey(api, body);
  // Whether a message may name $connect or $disconnect is unknown; here it may not.
  if (!key.startsWith("$") && api.routes.has(key)) return key;
  return api.routes.has("$default") ? "$default" : undefined;
}

/** What `$request.body.<path>` gives: "" where the body has no such thing. */
export function selectedKey(api: ApiDefinition, body: string): string {
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
  return typeof value === "string" ? value : JSON.stringify(value);
}
