import { readdirSync } from "node:fs";
import { expect, test } from "vitest";

test.each(["functions", "web", "local/src"])("no two source files in %s share a name", (folder) => {
  const entries = readdirSync(new URL(`../../${folder}`, import.meta.url), {
    recursive: true,
    withFileTypes: true,
  });
  const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  expect(names.length).toBeGreaterThan(20);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});
