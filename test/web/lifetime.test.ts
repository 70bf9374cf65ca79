import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openBrowser } from "../support/browser.ts";
import { type LocalStack, startLocalStack } from "../support/local-stack.ts";
import { joinAs, say, shows, until } from "./world.ts";

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
        if (document.body.innerText.includes("Reconnecting")) document.body.dataset.said = "yes";
      }).observe(document.body, { childList: true, subtree: true, characterData: true });
    });
    return page;
  }

  test("it passes unsaid and without losing a message", {
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
      await until(() => page.title()).toBe("limit · Natter");
      expect(await page.locator("body[data-said]").count()).toBe(0);
    }
  });
});
