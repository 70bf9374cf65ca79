import type { Browser } from "playwright-core";
import { crowd, enter, made } from "./crowd.ts";
import { best, type Figure } from "./table.ts";

const MESSAGES = 10_000;

/** How a page does that opens a room with 10,000 messages. */
export async function measureLong(browser: Browser, origin: string): Promise<Figure[]> {
  let last = { nodes: 0, heap: 0 };
  const mount = await best(async () => {
    const { mount, ...sizes } = await openLong(browser, origin);
    last = sizes;
    return mount;
  });
  return [
    {
      what: "10,000 messages: from their arrival to the first frame, CPU ×4",
      bar: "≤ 500 ms",
      measured: `${Math.round(mount)} ms`,
    },
    { what: "10,000 messages: DOM elements", bar: "≤ 1,500", measured: `${last.nodes}` },
    {
      what: "10,000 messages: heap",
      bar: "≤ 40 MB",
      measured: `${(last.heap / 1_000_000).toFixed(1)} MB`,
    },
  ];
}

async function openLong(
  browser: Browser,
  origin: string,
): Promise<{ mount: number; nodes: number; heap: number }> {
  const page = await (await browser.newContext()).newPage();
  const room = "long";
  const first = Date.now() - MESSAGES * 60_000;
  const entries = Array.from({ length: MESSAGES }, (_, index) =>
    made(room, index + 1, first + index * 60_000),
  );
  await crowd(page, entries);
  await page.addInitScript(() => {
    // From the reading of the answer to the first frame with messages in it. (No function in here
    // has a name: tsx would call a helper for it, which the page has not got.)
    const { parse } = JSON;
    JSON.parse = (text, reviver) => {
      if (String(text).length > 1_000_000) performance.mark("answer");
      return parse(text, reviver);
    };
    new MutationObserver((_, observer) => {
      if (document.querySelector("article") === null) return;
      observer.disconnect();
      requestAnimationFrame(() => performance.mark("mounted"));
    }).observe(document, { childList: true, subtree: true });
  });
  const session = await page.context().newCDPSession(page);
  await page.goto(origin);
  await session.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  await enter(page, origin, room);
  await page.waitForFunction(() => performance.getEntriesByName("mounted").length > 0);
  const mount = await page.evaluate(
    // The last of the answers: Playwright reads the frame before the page does.
    () => performance.measure("mount", "answer", "mounted").duration,
  );
  await session.send("Emulation.setCPUThrottlingRate", { rate: 1 });
  const nodes = await page.evaluate(() => document.querySelectorAll("*").length);
  await session.send("HeapProfiler.enable");
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  await page.context().close();
  return { mount, nodes, heap: usedSize };
}
