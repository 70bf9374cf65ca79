import { setTimeout as sleep } from "node:timers/promises";
import type { Browser } from "playwright-core";
import { crowd, enter, made } from "./crowd.ts";
import type { Row } from "./rows.ts";

const PER_SECOND = 100;
const SECONDS = 10;
/** Messages come in small groups, as frames of a busy socket do. */
const GROUP_MS = 50;

/** How a page behaves that receives 100 messages a second. */
export async function measureBusy(browser: Browser, origin: string): Promise<Row[]> {
  const page = await (await browser.newContext()).newPage();
  const room = "busy";
  const before = Array.from({ length: 50 }, (_, index) => made(room, index + 1, Date.now()));
  const { push } = await crowd(page, before);
  await enter(page, origin, room);
  await page.getByRole("article").first().waitFor();
  await page.evaluate(watch);

  const begun = Date.now();
  let seq = before.length;
  while (Date.now() < begun + SECONDS * 1_000) {
    const due = before.length + ((Date.now() - begun) * PER_SECOND) / 1_000;
    while (seq < due) push(made(room, ++seq, Date.now()));
    await sleep(GROUP_MS);
  }
  await page.waitForFunction(
    (last) => document.querySelector(`[data-index="${last}"]`) !== null,
    seq - 1,
  );
  const { shift, longest, count } = await page.evaluate(() => window.watched);
  await page.context().close();
  return [
    { row: "CLS while 100 messages a second come", goal: "≤ 0.02", ours: shift.toFixed(3) },
    {
      row: "long tasks (over 50 ms) meanwhile",
      goal: "none",
      ours: count === 0 ? "none" : `${count}, the longest ${Math.round(longest)} ms`,
    },
  ];
}

declare global {
  interface Window {
    watched: { shift: number; longest: number; count: number };
  }
}

function watch(): void {
  const watched = { shift: 0, longest: 0, count: 0 };
  window.watched = watched;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if ("value" in entry && typeof entry.value === "number") watched.shift += entry.value;
    }
  }).observe({ type: "layout-shift" });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) {
      watched.count++;
      watched.longest = Math.max(watched.longest, duration);
    }
  }).observe({ type: "longtask" });
}
