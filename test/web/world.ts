import { randomInt, randomUUID } from "node:crypto";
import {
  type Browser,
  type BrowserContextOptions,
  chromium,
  type Locator,
  type Page,
} from "playwright-core";
import { io } from "socket.io-client";
import { afterAll, afterEach, beforeAll, describe, expect, inject } from "vitest";
import { natter } from "../../protocol/client/natter.ts";
import { RATE_LIMIT } from "../../protocol/limits.ts";
import type { MessageEntry } from "../../protocol/model.ts";
import { newMessage, ok } from "../support/acks.ts";
import { type Client, openBare } from "../support/clients.ts";

/**
 * Tests of the page in a real browser, against the stack of one machine. All files share both, so
 * each has rooms of its own, and finds people in the lobby that it does not know.
 */

export interface World {
  /** The stack's address. */
  origin: string;
  /** An empty browser window of somebody new. */
  blank: (options?: BrowserContextOptions) => Promise<Page>;
  /**
   * Opens the stack's page; a room in the hash is this file's own.
   * @param window an empty one, if it needs options, or something must be there before the page
   */
  visit: (hash?: string, window?: Page) => Promise<Page>;
  /** The same, and it has joined by that name. */
  join: (name: string, hash?: string, window?: Page) => Promise<Page>;
  /** Somebody in one of this file's rooms who has no window, which saves a second of each test. */
  friend: (name: string, room: string) => Promise<Friend>;
}

interface Friend {
  say: (...texts: string[]) => Promise<void>;
  /** The texts of others that have come, in the log's order. */
  heard: () => string[];
  client: Client;
}

/** @param stack where the page is, for tests with a stack of their own */
export function pageTests(
  title: string,
  tests: (world: World) => void,
  stack: { readonly origin: string } = { origin: inject("origin") },
): void {
  const browser = inject("browser");
  if ("missing" in browser) {
    describe.skip(`${title} (${browser.missing})`, () => tests(nowhere));
    return;
  }
  describe(title, () => tests(createWorld(browser.endpoint, stack)));
}

function createWorld(endpoint: string, stack: { readonly origin: string }): World {
  let browser: Browser;
  const errors: Error[] = [];
  const friends: Client[] = [];

  beforeAll(async () => {
    browser = await chromium.connect(endpoint);
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await Promise.all(friends.splice(0).map((client) => client.close()));
    expect(errors.splice(0)).toEqual([]);
  });
  afterAll(() => browser.close());

  async function blank(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext(options);
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    page.on("pageerror", (error) => errors.push(error));
    page.on("console", (message) => {
      // What the page's policy refuses is written there alone.
      if (/Content.Security.Policy|Trusted/i.test(message.text()))
        errors.push(new Error(message.text()));
    });
    return page;
  }

  async function visit(hash = "", window?: Page): Promise<Page> {
    const page = window ?? (await blank());
    await page.goto(`${stack.origin}/${hash.replace(/^#[^/]+/, named)}`);
    return page;
  }

  return {
    get origin() {
      return stack.origin;
    },
    blank,
    visit,
    async join(name, hash, window) {
      const page = await visit(hash, window);
      await joinAs(page, name);
      return page;
    },
    async friend(name, place) {
      const client = await openBare(stack.origin, { name });
      friends.push(client);
      const room = named(place);
      ok(await client.emit("joinRoom", { room }));
      return {
        client,
        async say(...texts) {
          for (const text of texts) ok(await client.emit("message", newMessage(room, text)));
        },
        heard() {
          const entries = client.heard.all("message").map(([entry]) => entry as MessageEntry);
          // A message that is sent again is told again.
          const bySeq = new Map(entries.map(({ seq, text }) => [seq, text]));
          return [...bySeq].sort(([a], [b]) => a - b).map(([, text]) => text);
        },
      };
    },
  };
}

const nowhere: World = {
  origin: "",
  blank: unavailable,
  visit: unavailable,
  join: unavailable,
  friend: unavailable,
};

function unavailable(): never {
  throw new Error("There is no browser");
}

export const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/** How long a busy machine may take for what a test waits for. */
const PATIENCE_MS = 30_000;

/** Neither a number nor a syllable, which a test could look for in a name. */
const SIGN = Array.from({ length: 6 }, () => "bcdfghjkmpqtvwxz".charAt(randomInt(16))).join("");

/** A room or a person as this file calls them, by a name that no other file has. */
export function named(name: string): string {
  return `${name}-${SIGN}`;
}

export async function joinAs(page: Page, name: string): Promise<void> {
  await page.getByLabel("Your name").fill(name);
  await page.keyboard.press("Enter");
  await enter(page);
}

/** Joins or makes the room that a page begins with, unless it is this person's already. */
export async function enter(page: Page): Promise<void> {
  await composer(page).or(offer(page)).waitFor();
  if (await offer(page).isVisible()) return enterOther(page);
  await opened(page);
}

/** Joins or makes the room that a page has been led to from another one. */
export async function enterOther(page: Page): Promise<void> {
  // A click would leave the mouse there, over what comes next.
  await offer(page).press("Enter");
  await composer(page).waitFor();
  await opened(page);
}

const offer = (page: Page) => page.getByRole("button", { name: /^(Join|Make) the room$/ });

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

/** Picks an action of a message from its menu. */
export async function pickAction(page: Page, message: Locator, action: string): Promise<void> {
  await message.hover();
  await message.getByRole("button", { name: "More actions" }).click();
  const menu = page.getByRole("dialog", { name: "Message actions" });
  await menu.getByRole("button", { name: action }).click();
  await menu.waitFor({ state: "detached" });
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

/**
 * Waits until a message with this text is highlighted. To be called before the jump: a highlight
 * lasts 2 s, which a busy machine misses unless the page itself notes each change.
 */
export function highlighted(page: Page, text: string): Promise<void> {
  return page.evaluate(
    (wanted) =>
      new Promise<void>((resolve) => {
        const observer = new MutationObserver(() => {
          const found = [...document.querySelectorAll("[data-targeted=true]")];
          if (found.some((row) => row.textContent.includes(wanted))) {
            observer.disconnect();
            resolve();
          }
        });
        const attributeFilter = ["data-targeted"];
        observer.observe(document, { subtree: true, childList: true, attributeFilter });
      }),
    text,
  );
}

/** Waits until exactly these texts stand there, none of them pending. */
export async function shows(page: Page, texts: readonly string[]): Promise<void> {
  await until(() => textsOf(page)).toEqual(texts);
  await until(() => page.locator("[data-state]").count()).toBe(0);
}

/** Expects that something comes true, which on a busy machine can take a while. */
export function until<T>(read: () => T | Promise<T>) {
  return expect.poll(read, { timeout: PATIENCE_MS });
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

/** Fills a room with messages, by as many people as the rate limit requires. */
export async function fill(origin: string, room: string, count: number): Promise<void> {
  for (let from = 0; from < count; from += RATE_LIMIT) {
    const socket = io(origin, { ...natter, auth: { name: `Guest ${from}` }, forceNew: true });
    await new Promise((resolve) => socket.once("session", resolve));
    await socket.emitWithAck("joinRoom", { room });
    for (let index = from; index < Math.min(count, from + RATE_LIMIT); index++) {
      const id = randomUUID();
      const answer = await socket.emitWithAck("message", { room, id, text: `message ${index}` });
      expect(answer.ok).toBe(true);
    }
    socket.disconnect();
  }
}

/** Hides the page, or shows it again. */
export async function hide(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate(
    (state) => {
      Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    },
    hidden ? "hidden" : "visible",
  );
}
