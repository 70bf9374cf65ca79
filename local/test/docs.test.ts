import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { RESOURCE_TYPES } from "../src/template/resource-types.ts";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const read = (relative: string) => readFileSync(path(relative), "utf8");

test("the README lists every resource type with how it is treated", () => {
  const rows = [...read("../README.md").matchAll(/^\| `([A-Za-z0-9]+::[\w:]+)` \| (.+) \|$/gm)];
  const listed = rows.map(([, type, text]) => [type, text]);
  const { run, inert, refused } = RESOURCE_TYPES;
  const known = [
    ...Object.keys(run).map((type) => [type, "run"]),
    ...Object.keys(inert).map((type) => [type, "inert"]),
    ...Object.entries(refused),
  ];
  expect(listed.sort()).toEqual(known.sort());
});

test("every test file that the facts name is there", () => {
  const rows = read("../docs/service.md").match(/^\| .+ \|$/gm) ?? [];
  const cells = rows.map((row) => row.split(" | ").at(-1) ?? "");
  const named = cells.flatMap((cell) => [...cell.matchAll(/`([\w/-]+)`/g)].map(([, name]) => name));
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((name) => !existsSync(path(`${name}.test.ts`)))).toEqual([]);
});
