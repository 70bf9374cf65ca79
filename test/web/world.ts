import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect } from "vitest";
import { openBrowser } from "../support/browser.ts";
import { type Stack, startStack } from "../support/stack.ts";

export interface World {
  stack: () => Stack;
  /** A browser window of somebody new, at the stack's page. */
  visit: (hash?: string, options?: BrowserContextOptions) => Promise<Page>;
  /** The same, and it has joined by that name. */
  join: (name: string, hash?: string, options?: BrowserContextOptions) => Promise<Page>;
  restart: (stop: (stack: Stack) => Promise<void>, down: () => Promise<void>) => Promise<void>;
}

/** Tests of the page in a real browser, against the stack of one machine. */
export async function pageTests(title: string, tests: (world: World) => void): Promise<void> {
  const opened = await openBrowser();
  if (typeof opened === "string") {
    describe.skip(`${title} (${opened})`, () => tests(nowhere));
    return;
  }
  describe(title, { timeout: 60_000 }, () => tests(createWorld(opened)));
}

function createWorld(browser: Browser): World {
  let stack: Stack | undefined;
  const errors: Error[] = [];

  beforeAll(async () => {
    stack = await startStack();
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    expect(errors.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    await browser.close();
    await stack?.stop();
    await stack?.remove();
  });

  function running(): Stack {
    if (stack === undefined) throw new Error("The stack does not run");
    return stack;
  }

  async function visit(hash = "", options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext(options);
    context.setDefaultTimeout(10_000);
    const page = await context.newPage();
    page.on("pageerror", (error) => errors.push(error));
    page.on("console", (message) => {
      // What the page's policy refuses is written there alone.
      if (/Content.Security.Policy|Trusted/i.test(message.text()))
        errors.push(new Error(message.text()));
    });
    await page.goto(`${running().origin}/${hash}`);
    return page;
  }

  return {
    stack: running,
    visit,
    async join(name, hash, options) {
      const page = await visit(hash, options);
      await joinAs(page, name);
      return page;
    },
    async restart(stop, down) {
      const { origin, dataDir } = running();
      await stop(running());
      await down();
      stack = await startStack({ port: Number(new URL(origin).port), dataDir });
    },
  };
}

const nowhere: World = {
  stack: unavailable,
  visit: unavailable,
  join: unavailable,
  restart: unavailable,
};

function unavailable(): never {
  throw new Error("There is no browser");
}

export async function joinAs(page: Page, name: string): Promise<void> {
  await page.getByLabel("Your name").fill(name);
  await page.keyboard.press("Enter");
  await opened(page);
}

/** The open room is there: it tells who is online. */
export async function opened(page: Page): Promise<void> {
  await page.locator("#people li").first().waitFor({ state: "attached" });
}

/** A room's place in the list of rooms. */
export function roomLink(page: Page, name: string) {
  return page.getByRole("navigation").getByRole("link", { name });
}

export function composer(page: Page) {
  return page.getByRole("textbox", { name: /^Message to/ });
}

export async function say(page: Page, ...texts: string[]): Promise<void> {
  for (const text of texts) {
    await composer(page).fill(text);
    await composer(page).press("Enter");
  }
}

export function rows(page: Page) {
  return page.getByRole("log").getByRole("article");
}

/** The texts that the timeline has in it, from top to bottom. */
export async function textsOf(page: Page): Promise<string[]> {
  const found = rows(page);
  const all = await found.evaluateAll((articles) =>
    articles
      .toSorted((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
      .map((article) => article.querySelector("p")?.textContent ?? ""),
  );
  return all;
}

/** Waits until exactly these texts stand there, none of them pending. */
export async function shows(page: Page, texts: readonly string[]): Promise<void> {
  await until(() => textsOf(page)).toEqual(texts);
  await until(() => page.locator("[data-state]").count()).toBe(0);
}

/** Expects that something comes true, which on a busy machine can take a while. */
export function until<T>(read: () => T | Promise<T>) {
  return expect.poll(read, { timeout: 20_000 });
}

/** What the page keeps in IndexedDB, where a reload does not lose it. */
export function keptCount(page: Page, kind: "outbox" | "drafts"): Promise<number> {
  return page.evaluate(countKept, kind);
}

/** Runs in the page. */
function countKept(kind: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open("natter");
    opening.onerror = reject;
    opening.onsuccess = () => {
      const counting = opening.result.transaction(kind).objectStore(kind).count();
      counting.onsuccess = () => {
        opening.result.close();
        resolve(counting.result);
      };
    };
  });
}
