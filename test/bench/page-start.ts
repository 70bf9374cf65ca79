import { gzipSync } from "node:zlib";
import type { Browser, Page, Response } from "playwright-core";
import { paintingOf } from "../support/painting.ts";
import { best, type Row } from "./rows.ts";

/** Lighthouse's slow 4G, in bytes a second. */
const DOWNLOAD = (1.6 * 1024 * 1024) / 8;
const UPLOAD = (750 * 1024) / 8;
const LATENCY_MS = 150;

/** What happens before the first message, and how long it takes on a slow phone. */
export async function measureStart(browser: Browser, origin: string): Promise<Row[]> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const { rows, saved } = await measureSizes(page, origin);
  await page.getByLabel("Your name").fill("Ada");
  await page.keyboard.press("Enter");
  await page.locator("#people li").first().waitFor({ state: "attached" });
  const requests = await countRequests(page);
  const returning = await best(() => measureReturn(page, origin, saved));
  await context.close();
  const form = await best(() => measureForm(browser, origin, saved));
  return [
    ...rows,
    {
      row: "requests of a returning person before the socket",
      goal: "≤ 4",
      ours: `${requests}`,
    },
    { row: "first paint, slow 4G, CPU ×4", goal: "≤ 1.2 s", ours: seconds(form) },
    {
      row: "usable composer of a returning person, slow 4G, CPU ×4",
      goal: "≤ 2.0 s",
      ours: seconds(returning),
    },
    {
      row: "from Enter after a new name to a composer in the lobby, slow 4G, CPU ×4",
      goal: "≤ 5 s",
      ours: seconds(await best(() => measureJoining(browser, origin, saved))),
    },
    {
      row: "from Enter to the paint of a sent message",
      goal: "≤ 50 ms",
      ours: `${Math.round(await best(() => measureSending(browser, origin)))} ms`,
    },
  ];
}

/** The sizes, and how many times smaller compression makes what is sent. */
async function measureSizes(page: Page, origin: string): Promise<{ rows: Row[]; saved: number }> {
  const responses: Response[] = [];
  const keep = (response: Response) => void responses.push(response);
  page.on("response", keep);
  await page.goto(origin, { waitUntil: "networkidle" });
  // A body can only be read until the page goes elsewhere.
  page.off("response", keep);
  const bodies = await Promise.all(
    responses.map(async (response) => {
      const body = await response.body();
      const size = gzipSync(body, { level: 9 }).byteLength;
      return { path: new URL(response.url()).pathname, size, raw: body.byteLength };
    }),
  );
  const html = await page.content();
  const sum = (of: (path: string) => boolean) =>
    bodies.filter(({ path }) => of(path)).reduce((sum, { size }) => sum + size, 0);
  const first = (path: string) => path.endsWith(".js") && html.includes(`src="${path}"`);
  const raw = bodies.reduce((sum, body) => sum + body.raw, 0);
  const rows = [
    { row: "first JS, gzip", goal: "≤ 45 kB", ours: kilobytes(sum(first)) },
    {
      row: "all JS until something is opened, gzip",
      ours: kilobytes(sum((path) => path.endsWith(".js"))),
    },
    {
      row: "CSS, gzip",
      goal: "≤ 10 kB",
      ours: kilobytes(sum((path) => path.endsWith(".css"))),
    },
  ];
  return { rows, saved: raw / sum(() => true) };
}

/** As `test/web/budget.test.ts` counts them. */
async function countRequests(page: Page): Promise<number> {
  const urls: string[] = [];
  const keep = (response: Response) => void urls.push(response.url());
  page.on("response", keep);
  const socket = page.waitForEvent("websocket");
  await page.reload();
  await socket;
  page.off("response", keep);
  // The browser requests these for itself.
  return urls.filter((url) => !/favicon|manifest/.test(url)).length;
}

/** How long a returning person waits for a composer that accepts the first letter. */
async function measureReturn(page: Page, origin: string, saved: number): Promise<number> {
  await page.goto("about:blank");
  await slow(page, saved);
  await page.goto(origin, { waitUntil: "commit" });
  await composed(page);
  return page.evaluate(() => performance.now());
}

/** How long a new person waits for the form. */
async function measureForm(browser: Browser, origin: string, saved: number): Promise<number> {
  const page = await (await browser.newContext()).newPage();
  await slow(page, saved);
  await page.goto(origin);
  const time = await firstPaint(page);
  await page.context().close();
  return time;
}

/** How long a new person takes from the name to the composer. */
async function measureJoining(browser: Browser, origin: string, saved: number): Promise<number> {
  const page = await (await browser.newContext()).newPage();
  await slow(page, saved);
  await page.goto(origin);
  await page.getByLabel("Your name").fill("Grace");
  const begun = await page.evaluate(() => performance.now());
  await page.keyboard.press("Enter");
  await composed(page);
  const time = await page.evaluate((begun) => performance.now() - begun, begun);
  await page.context().close();
  return time;
}

async function measureSending(browser: Browser, origin: string): Promise<number> {
  const page = await (await browser.newContext()).newPage();
  await page.goto(origin);
  await page.getByLabel("Your name").fill("Alan");
  await page.keyboard.press("Enter");
  await composed(page);
  await page.keyboard.type("hello");
  const { ms } = await paintingOf(page, "hello", () => page.keyboard.press("Enter"));
  await page.context().close();
  return ms;
}

/** The composer accepts the next letter. */
async function composed(page: Page): Promise<void> {
  await page.waitForFunction(() => document.activeElement?.tagName === "TEXTAREA");
}

/**
 * CloudFront compresses and this machine does not, so the network is made faster by that factor.
 */
async function slow(page: Page, saved: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.setCacheDisabled", { cacheDisabled: true });
  await session.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: LATENCY_MS,
    downloadThroughput: DOWNLOAD * saved,
    uploadThroughput: UPLOAD,
  });
  await session.send("Emulation.setCPUThrottlingRate", { rate: 4 });
}

async function firstPaint(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        new PerformanceObserver((list) => {
          const [entry] = list.getEntriesByName("first-contentful-paint");
          if (entry) resolve(entry.startTime);
        }).observe({ type: "paint", buffered: true });
      }),
  );
}

const seconds = (ms: number) => `${(ms / 1_000).toFixed(2)} s`;
const kilobytes = (bytes: number) => `${(bytes / 1_000).toFixed(1)} kB`;
