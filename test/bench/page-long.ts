import type { Browser } from "playwright-core";
import { crowd, enter, made } from "./crowd.ts";
import { best, type Row } from "./rows.ts";

const MESSAGES = 10_000;

/** How a page behaves that opens a room with 10,000 messages. */
export async function measureLong(browser: Browser, origin: string): Promise<Row[]> {
  let last = { nodes: 0, heap: 0 };
  const mount = await best(async () => {
    const { mount, ...sizes } = await openLong(browser, origin);
    last = sizes;
    return mount;
  });
  return [
    {
      row: "10,000 messages: from their arrival to the first frame, CPU ×4",
      goal: "≤ 500 ms",
      ours: `${Math.round(mount)} ms`,
    },
    { row: "10,000 messages: DOM elements", goal: "≤ 1,500", ours: `${last.nodes}` },
    {
      row: "10,000 messages: heap",
      goal: "≤ 40 MB",
      ours: `${(last.heap / 1_000_000).toFixed(1)} MB`,
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
