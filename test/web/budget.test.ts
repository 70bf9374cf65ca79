import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Response } from "playwright-core";
import { expect, inject, test } from "vitest";
import { siteFolder } from "../support/template.ts";
import { opened, pageTests } from "./world.ts";

const KB = 1_000;

const folder = siteFolder(inject("cdkOut"));
const html = readFileSync(join(folder, "index.html"), "utf8");
const gz = (body: Buffer) => gzipSync(body, { level: 9 }).byteLength;
const gzOf = (path = "") => gz(readFileSync(join(folder, path)));
const named = (pattern: RegExp) => [...html.matchAll(pattern)].map(([, path = ""]) => path);
const scripts = named(/<script[^>]* src="([^"]+)"/g);
const styles = named(/<link rel="stylesheet"[^>]* href="([^"]+)"/g);

test("the first script has at most 45 kB and the styles 10 kB, compressed", () => {
  expect(scripts).toHaveLength(1);
  expect(styles).toHaveLength(1);
  expect(gzOf(scripts[0])).toBeLessThanOrEqual(45 * KB);
  expect(gzOf(styles[0])).toBeLessThanOrEqual(10 * KB);
});

pageTests("the page's requests", ({ join, origin }) => {
  test("at most four go out before the socket, all to the page's origin, and their scripts have at most 94 kB", async () => {
    const page = await join("Ada", "#budget");
    const answers: Response[] = [];
    page.on("response", (response) => answers.push(response));
    const socket = page.waitForEvent("websocket");
    await page.reload();
    await socket;
    await opened(page);
    const origins = new Set(answers.map((answer) => new URL(answer.url()).origin));
    expect([...origins]).toEqual([origin]);
    // The browser requests these for itself.
    const needed = answers.filter((answer) => !/favicon|manifest/.test(answer.url()));
    expect(needed.length).toBeLessThanOrEqual(4);
    const scripts = needed.filter((answer) => answer.url().endsWith(".js"));
    const sizes = await Promise.all(scripts.map(async (script) => gz(await script.body())));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(94 * KB);
  });
});
