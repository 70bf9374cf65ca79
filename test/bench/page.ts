import { openBrowser } from "../support/browser.ts";
import { startStack } from "../support/stack.ts";
import { measureBusy } from "./page-busy.ts";
import { measureLong } from "./page-long.ts";
import { measureStart } from "./page-start.ts";
import type { Row } from "./rows.ts";

/** The page in a browser. */
export async function measurePage(): Promise<Row[]> {
  const browser = await openBrowser();
  if (typeof browser === "string") throw new Error(browser);
  const stack = await startStack();
  try {
    const rows: Row[] = [];
    for (const measure of [measureStart, measureBusy, measureLong]) {
      rows.push(...(await measure(browser, stack.origin)));
    }
    return rows;
  } finally {
    await browser.close();
    await stack.remove();
  }
}
