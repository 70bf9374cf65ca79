import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, inject, test } from "vitest";
import { readAssembly } from "../../local/template/assembly.ts";
import { readStack } from "../../local/template/stack.ts";
import { opened, pageTests } from "./world.ts";

const KB = 1_000;

const { deployments } = readStack(await readAssembly(inject("cdkOut")));
const folder = deployments[0]?.folders[0] ?? "";
const html = readFileSync(join(folder, "index.html"), "utf8");
const gz = (path: string) => gzipSync(readFileSync(join(folder, path)), { level: 9 }).byteLength;
const named = (pattern: RegExp) => [...html.matchAll(pattern)].map(([, path = ""]) => path);
const scripts = named(/<script[^>]* src="([^"]+)"/g);
const styles = named(/<link rel="stylesheet"[^>]* href="([^"]+)"/g);

test("the first script has at most 45 kB, the styles 10 kB, compressed", () => {
  expect(scripts).toHaveLength(1);
  expect(styles).toHaveLength(1);
  expect(gz(scripts[0] ?? "")).toBeLessThanOrEqual(45 * KB);
  expect(gz(styles[0] ?? "")).toBeLessThanOrEqual(10 * KB);
});

await pageTests("the page's requests", ({ join, stack }) => {
  test("before the socket are four at most, to its own origin, and all scripts of them have at most 85 kB", async () => {
    const page = await join("Ada", "#budget");
    const urls: string[] = [];
    page.on("request", (request) => urls.push(request.url()));
    const socket = page.waitForEvent("websocket");
    await page.reload();
    await socket;
    await opened(page);
    const [paths, origins] = [
      urls.map((url) => new URL(url).pathname),
      new Set(urls.map((url) => new URL(url).origin)),
    ];
    expect([...origins]).toEqual([stack().origin]);
    // The icon is for the browser's own frame.
    const needed = paths.filter((path) => !/favicon|manifest/.test(path));
    expect(needed.length, needed.join(" ")).toBeLessThanOrEqual(4);
    const all = needed.filter((path) => path.endsWith(".js")).map(gz);
    expect(all.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(85 * KB);
  });
});
