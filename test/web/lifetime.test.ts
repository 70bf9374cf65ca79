import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openBrowser } from "../support/browser.ts";
import { type LocalStack, startLocalStack } from "../support/local-stack.ts";
import { joinAs, say, shows } from "./world.ts";

/** A connection's two hours, made seconds: longer than a reconnect takes, so that it is used. */
const LIFETIME_MS = 8_000;
const RENEWALS = 2;

const found = await openBrowser();

describe.skipIf(typeof found === "string")("a connection at its 2-hour limit (promise 7)", () => {
  let stack: LocalStack;
  let browser: Browser;
  let closings = 0;
  beforeAll(async () => {
    if (typeof found === "string") throw new Error(found);
    browser = found;
    stack = await startLocalStack({
      clocks: { lifetime: LIFETIME_MS },
      disconnect(_, go) {
        closings++;
        go();
      },
    });
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.stop();
    await stack?.remove();
  });

  async function open(name: string): Promise<Page> {
    const page = await (await browser.newContext()).newPage();
    await page.goto(`${stack.origin}/#limit`);
    await joinAs(page, name);
    await page.evaluate(() => {
      new MutationObserver(() => {
        if (document.body.innerText.includes("Reconnecting")) document.title = "It was said";
      }).observe(document.body, { childList: true, subtree: true, characterData: true });
    });
    return page;
  }

  test("P0-12: passes without a word, and without a message lost", {
    timeout: 90_000,
  }, async () => {
    const ada = await open("Ada");
    const bob = await open("Bob");
    const texts: string[] = [];
    for (let round = 1; round <= RENEWALS; round++) {
      texts.push(`before ${round}`, `after ${round}`);
      await say(ada, `before ${round}`);
      // Both have been closed once more.
      await expect.poll(() => closings, { timeout: 30_000 }).toBeGreaterThanOrEqual(2 * round);
      await say(ada, `after ${round}`);
    }
    for (const page of [ada, bob]) {
      await shows(page, texts);
      expect(await page.title()).toBe("limit · Natter");
    }
  });
});
