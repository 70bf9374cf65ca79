import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type LocalStack, startLocalStack } from "../support/local-stack.ts";
import { named, pageTests, say, shows, until } from "./world.ts";

/** Stands for the two hours of a connection. It is longer than a reconnect takes. */
const LIFETIME_MS = 8_000;
const RENEWALS = 2;

let stack: LocalStack;
let closings = 0;
beforeAll(async () => {
  stack = await startLocalStack({
    clocks: { lifetime: LIFETIME_MS },
    async event({ requestContext }, go) {
      if (requestContext.eventType === "DISCONNECT") closings++;
      await go();
    },
  });
});
afterAll(async () => {
  await stack.remove();
});

pageTests(
  "a connection at its 2-hour limit (promise 7)",
  ({ join }) => {
    async function open(name: string): Promise<Page> {
      const page = await join(name, "#limit");
      await page.evaluate(() => {
        new MutationObserver(() => {
          if (document.body.innerText.includes("Reconnecting")) document.body.dataset.said = "yes";
        }).observe(document.body, { childList: true, subtree: true, characterData: true });
      });
      return page;
    }

    test("it passes unsaid and without losing a message", async () => {
      const ada = await open("Ada");
      const bob = await open("Bob");
      const texts: string[] = [];
      for (let round = 1; round <= RENEWALS; round++) {
        texts.push(`before ${round}`, `after ${round}`);
        await say(ada, `before ${round}`);
        // Both connections have been closed once more.
        await until(() => closings).toBeGreaterThanOrEqual(2 * round);
        await say(ada, `after ${round}`);
      }
      for (const page of [ada, bob]) {
        await shows(page, texts);
        await until(() => page.title()).toBe(`${named("limit")} · Natter`);
        expect(await page.locator("body[data-said]").count()).toBe(0);
      }
    });
  },
  {
    get origin() {
      return stack.origin;
    },
  },
);
