import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { switchable } from "./network.ts";
import {
  composer,
  joinAs,
  keptCount,
  named,
  pageTests,
  say,
  shows,
  textsOf,
  until,
} from "./world.ts";

pageTests("messages that are not sent yet", ({ join, blank, friend, origin }) => {
  const texts = Array.from({ length: 10 }, (_, n) => `message ${n + 1}`);

  /** A page that has joined, and where Ada has written without a network. */
  async function writtenOffline(room: string): Promise<Page> {
    const page = await blank();
    const network = await switchable(page);
    await join("Ada", `#${room}`, page);
    await network.cut();
    await say(page, ...texts);
    await until(() => page.locator("[data-state=pending]").count()).toBe(texts.length);
    await until(() => keptCount(page, "outbox")).toBe(texts.length);
    return page;
  }

  test("they survive a killed tab, and are sent once and in order when the page is opened again (promise 3)", async () => {
    const bob = await friend("Bob", "killed");
    const ada = await writtenOffline("killed");
    await ada.close();
    const again = await ada.context().newPage();
    await again.goto(`${origin}/#${named("killed")}`);
    await shows(again, texts);
    await until(bob.heard).toEqual(texts);
  });

  test("they survive a reload without a network", async () => {
    const ada = await writtenOffline("reloaded");
    await ada.reload();
    await until(() => ada.locator("[data-state=pending]").count()).toBe(texts.length);
    await until(() => textsOf(ada)).toEqual(texts);
  });

  test("a page that dies while it stores a message has it as a draft when it is reloaded, and not twice", async () => {
    const page = await blank();
    const network = await switchable(page);
    await join("Ada", "#dying", page);
    await network.cut();
    await composer(page).fill("once");
    await until(() => keptCount(page, "drafts")).toBe(1);
    await page.evaluate(dieAtDeletedDraft);
    await composer(page).press("Enter");
    await page.waitForFunction(() => document.documentElement.dataset.dead === "true");
    await page.reload();
    network.mend();
    await until(() => composer(page).inputValue()).toBe("once");
    expect(await keptCount(page, "outbox")).toBe(0);
    expect(await textsOf(page)).toEqual([]);
  });

  test("they are not sent under another name after the session has ended", async () => {
    const page = await blank();
    const network = await switchable(page);
    await join("Ada", "#ended", page);
    await say(page, "of Ada");
    await shows(page, ["of Ada"]);
    await network.cut();
    await say(page, "never sent");
    await composer(page).fill("a draft");
    await page.evaluate(() => localStorage.setItem("natter.token", "nobody.nothing"));
    network.mend();
    await page.getByText("You are no longer signed in here.").waitFor();
    await joinAs(page, "Bob");
    expect(await composer(page).inputValue()).toBe("");
    await say(page, "of Bob");
    await shows(page, ["of Ada", "of Bob"]);
  });

  test("they are sent once although two tabs send them (promise 3)", async () => {
    const bob = await friend("Bob", "tabs");
    const ada = await blank();
    const network = await switchable(ada);
    await join("Ada", "#tabs", ada);
    await network.cut();
    await say(ada, ...texts);
    await until(() => ada.locator("[data-state=pending]").count()).toBe(texts.length);
    const tab = await ada.context().newPage();
    network.mend();
    await tab.goto(`${origin}/#${named("tabs")}`);
    for (const page of [ada, tab]) await shows(page, texts);
    await until(bob.heard).toEqual(texts);
  });
});

/** Runs in the page: as its draft is deleted, this is undone, and nothing is stored any more. */
function dieAtDeletedDraft(): void {
  const { delete: remove } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.delete = function (key) {
    const request = remove.call(this, key);
    if (this.name !== "drafts") return request;
    this.transaction.abort();
    IDBDatabase.prototype.transaction = () => {
      throw new DOMException("The page is dead", "InvalidStateError");
    };
    document.documentElement.dataset.dead = "true";
    return request;
  };
}
