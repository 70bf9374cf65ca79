import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

const contributing = read("CONTRIBUTING.md");
const [, section = ""] = /\n## Adding an event\n(.*?)\n## /s.exec(contributing) ?? [];

/** Each numbered step with the file that it names, and the code that it shows of it. */
const steps = section.split(/\n(?=\d\. )/).flatMap((step) => {
  const [, code] = /```ts\n(.*?)```/s.exec(step) ?? [];
  const [, path] = /`((?:protocol|functions)\/[^`]*\.ts)`/.exec(step) ?? [];
  return code === undefined ? [] : [{ path: path ?? "test/behaviour/work.test.ts", code }];
});

/** Lines without their indentation. */
const flush = (text: string) => text.replace(/^ +/gm, "");

test("CONTRIBUTING.md shows adding an event in five places at most", () => {
  expect(steps.length).toBeGreaterThan(3);
  expect(steps.length).toBeLessThanOrEqual(5);
});

test.each(steps)("the code that CONTRIBUTING.md shows of $path is there", ({ path, code }) => {
  const source = flush(read(path));
  for (const part of flush(code).trim().split("\n\n")) expect(source).toContain(part);
});
