import { readFileSync } from "node:fs";
import * as v from "valibot";
import { expect, test } from "vitest";

const Package = v.object({
  version: v.optional(v.string()),
  resolved: v.optional(v.string()),
  link: v.optional(v.boolean(), false),
  dependencies: v.optional(v.record(v.string(), v.string()), {}),
  devDependencies: v.optional(v.record(v.string(), v.string()), {}),
  optionalDependencies: v.optional(v.record(v.string(), v.string()), {}),
});
const { packages } = v.parse(
  v.object({ packages: v.record(v.string(), Package) }),
  JSON.parse(readFileSync("package-lock.json", "utf8")),
);

/** Where Node would find a package from another: beside it, or beside one of its parents. */
function isLocked(name: string, from: string): boolean {
  for (let folder = from; ; folder = folder.replace(/\/?node_modules\/(@[^/]+\/)?[^/]+$/, "")) {
    if (packages[folder === "" ? `node_modules/${name}` : `${folder}/node_modules/${name}`]) {
      return true;
    }
    if (folder === "") return false;
  }
}

test("the lock file has the binaries of every platform, which npm can drop silently", () => {
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !isLocked(name, path))
      .map((name) => `${name} of ${path}`),
  );
  expect(missing).toEqual([]);
});

test("the lock file names no download address, so that every registry serves it", () => {
  const downloads = Object.values(packages).filter(({ link }) => !link);
  const addresses = downloads.flatMap(({ resolved }) => resolved ?? []);
  expect(addresses).toEqual([]);
});

test.each(["", "local"])("every dependency of the workspace '%s' is an exact version", (path) => {
  const { dependencies, devDependencies, optionalDependencies } = packages[path] ?? {};
  const all = { ...dependencies, ...devDependencies, ...optionalDependencies };
  for (const [name, version] of Object.entries(all)) {
    expect(version, name).toMatch(/^(npm:[\w.-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/);
  }
});
