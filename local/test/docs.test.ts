import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { RESOURCES } from "../src/template/resource-types.ts";

const read = (path: string) =>
  readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), "utf8");
const docs = read("docs/local.md");

test("docs/local.md lists every resource type as it is run, and none twice", () => {
  const listed = [...docs.matchAll(/^\| `([A-Za-z0-9]+::[\w:]+)` \| (run|inert) \|$/gm)].map(
    ([, type, how]) => [type, how],
  );
  const known = Object.entries(RESOURCES).map(([type, { how }]) => [type, how]);
  expect(listed.sort()).toEqual(known.sort());
});

test("what docs/local.md names as refused is no type that runs", () => {
  const [, refused = ""] = docs.split("| refused | why |");
  const types = [...(refused.split("\n\n")[0] ?? "").matchAll(/`([A-Za-z0-9]+::[\w:]+)`/g)];
  expect(types.length).toBeGreaterThan(0);
  for (const [, type = ""] of types) expect(RESOURCES, type).not.toHaveProperty([type]);
});
