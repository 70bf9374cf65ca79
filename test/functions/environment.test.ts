import * as v from "valibot";
import { afterEach, describe, expect, inject, test, vi } from "vitest";
import { readResources } from "../support/template.ts";

/** The environment variables that each function needs at its cold start. */

const Variables = v.object({
  Environment: v.object({ Variables: v.record(v.string(), v.unknown()) }),
});
const entries = ["socket", "open", "deliver", "sweep"].map((entry) => {
  const id = new RegExp(`^Functions${entry}[0-9A-F]{8}$`, "i");
  const found = Object.entries(readResources(inject("cdkOut"))).find(
    ([name, { Type }]) => Type === "AWS::Lambda::Function" && id.test(name),
  );
  const { Environment } = v.parse(Variables, found?.[1].Properties);
  return { entry, names: Object.keys(Environment.Variables) };
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.resetModules();
});

describe.each(entries)("the function $entry", ({ entry, names }) => {
  test("starts with the variables that the template gives it, and no others of Natter's", async () => {
    for (const other of entries.flatMap((one) => one.names)) {
      if (!names.includes(other)) vi.stubEnv(other, "");
    }
    await expect(import(`../../functions/${entry}.ts`)).resolves.toHaveProperty("handler");
  });

  test.each(names)("fails its cold start without %s, and names it", async (name) => {
    vi.stubEnv(name, "");
    await expect(import(`../../functions/${entry}.ts`)).rejects.toThrow(
      `The environment variable ${name} is missing`,
    );
  });
});
