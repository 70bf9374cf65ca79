import { expect, test } from "vitest";
import { selectRoute } from "../src/gateway/route-selection.ts";
import type { ApiDefinition } from "../src/template/read-api.ts";

const api = {
  selection: ["action"],
  routes: new Map([
    ["$default", {}],
    ["true", {}],
  ]),
} as unknown as ApiDefinition;

test("a key that is nested too deeply to be written as text leads to $default", () => {
  const nested = `${"[".repeat(15_000)}${"]".repeat(15_000)}`;
  expect(selectRoute(api, `{"action":${nested}}`).routeKey).toBe("$default");
  expect(selectRoute(api, '{"action":true}').routeKey).toBe("true");
});
