import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { changeAnswers } from "./network.ts";
import {
  composer,
  highlighted,
  joinAs,
  named,
  opened,
  PHONE,
  pageTests,
  pickAction,
  roomLink,
  rows,
  say,
  shows,
  textsOf,
  until,
} from "./world.ts";

function row(page: Page, text: string) {
  return rows(page).filter({ hasText: text });
}

/** Clicks an action of the last message with this text. */
async function act(page: Page, text: string, action: string): Promise<void> {
  await row(page, text).last().hover();
  const actions = row(page, text).last().getByRole("toolbar", { name: "Message actions" });
  await actions.getByRole("button", { name: action, exact: true }).click();
}

function opens(page: Page, room: string): Promise<void> {
  return page.getByRole("textbox", { name: `Message to ${room}` }).waitFor();
}

pageTests("acting", ({ join, blank, friend }) => {
  test("both people see reactions, replies and deletions, and a deleted text is nowhere", async () => {
    const ada = await join("Ada", "#acts");
    const bob = await join("Bob", "#acts");
    await say(ada, "question");
    await shows(bob, ["question"]);

    await act(bob, "question", "👍");
    const thumbs = row(ada, "question").getByRole("button", { name: /^👍 1: Bob$/ });
    await thumbs.click();
    const both = row(bob, "question").getByRole("button", { name: /^👍 2/ });
    await both.waitFor();
    expect(await both.getAttribute("aria-pressed")).toBe("true");
    await both.click();
    await row(ada, "question")
      .getByRole("button", { name: /^👍 1: You$/ })
      .waitFor();

    await act(bob, "question", "Reply");
    await say(bob, "answer");
    await row(ada, "answer")
      .getByRole("link", { name: /^In reply to Ada.* question$/ })
      .waitFor();

    await ada.clock.install();
    await pickAction(ada, rows(ada).first(), "Delete");
    await row(ada, "This message was deleted.").getByRole("button", { name: "Undo" }).click();
    await rows(ada).first().getByText("question").waitFor();
    await pickAction(ada, rows(ada).first(), "Delete");
    await ada.clock.fastForward(5_000);
    for (const page of [bob, ada]) {
      await until(() => textsOf(page)).toEqual([expect.stringContaining("deleted"), "answer"]);
      expect(await page.locator("body").innerText()).not.toContain("question");
    }
    await bob.reload();
    await opened(bob);
    await until(() => textsOf(bob)).toEqual(["This message was deleted.", "answer"]);
  });

  test("a click on a quote jumps to the message and highlights it", async () => {
    const ada = await join("Ada", "#jump");
    await say(
      ada,
      "first",
      ...Array.from({ length: 14 }, (_, index) => `line ${index}\n`.repeat(8)),
    );
    await until(() => rows(ada).locator("[data-state]").count()).toBe(0);
    await ada.keyboard.press("Escape");
    await row(ada, "line 13").waitFor();
    await ada.getByRole("log").focus();
    await ada.keyboard.press("Home");
    await act(ada, "first", "Reply");
    await say(ada, "about that");
    const quote = row(ada, "about that").getByRole("link", { name: /^In reply to Ada.* first$/ });
    const jumped = highlighted(ada, "first");
    await quote.click();
    await jumped;
    // A link to it says what it leads to, and opens in the page.
    await say(ada, `${ada.url()}/1`);
    const link = ada.getByRole("link", { name: `${named("jump")} › Ada: first` });
    const followed = highlighted(ada, "first");
    await link.click();
    await followed;
    expect(ada.context().pages()).toHaveLength(1);
    expect(await row(ada, "first").first().isVisible()).toBe(true);
    await until(() => row(ada, "first").first().getAttribute("data-targeted")).toBe("false");
  });

  test("the title counts unread messages, the icon has a dot, and both tabs agree", async () => {
    const ada = await join("Ada", "#badge");
    const tab = await ada.context().newPage();
    await tab.goto(ada.url());
    await opened(tab);
    await roomLink(tab, "Lobby").click();
    await roomLink(ada, "Lobby").click();
    await opens(ada, "Lobby");
    await opens(tab, "Lobby");
    const bob = await friend("Bob", "badge");
    await bob.say("one", "two", "three");
    for (const page of [ada, tab]) {
      await until(() => page.title()).toBe("(3) Lobby · Natter");
      await roomLink(page, named("badge")).getByText("3 unread").waitFor();
      expect(await page.locator("link[rel=icon]").getAttribute("href")).toContain("unread");
    }
    // On a phone, whose list of rooms is folded, and which shows no title.
    await tab.setViewportSize({ width: 390, height: 700 });
    const menu = tab.getByRole("button", { name: "Rooms" });
    expect(await menu.getAttribute("title")).toBe("3 unread");
    expect(await menu.getAttribute("data-unread")).toBe("true");
    await tab.setViewportSize({ width: 1280, height: 720 });
    await roomLink(ada, named("badge")).click();
    await shows(ada, ["one", "two", "three"]);
    await until(() => ada.title()).toBe(`${named("badge")} · Natter`);
    await until(() => tab.title()).toBe("Lobby · Natter");
    expect(await tab.locator("link[rel=icon]").getAttribute("href")).toBe("/favicon.svg");
    await tab.reload();
    await opened(tab);
    expect(await tab.title()).toBe("Lobby · Natter");
  });

  test("the page asks for notifications only after a click, and notifies of a mention", async () => {
    const ada = await blank();
    await ada.addInitScript(pretendNotifications);
    await join("Ada", "#notified", ada);
    const asked = () => ada.evaluate(() => Reflect.get(window, "asked"));
    expect(await asked()).toBe(0);
    await ada.getByRole("button", { name: "You: Ada" }).click();
    await ada.getByRole("switch", { name: "Notifications", checked: false }).click();
    await ada.getByRole("switch", { name: "Notifications", checked: true }).waitFor();
    expect(await asked()).toBe(1);
    expect(await ada.evaluate(() => Reflect.get(window, "told"))).toEqual([]);
    await ada.keyboard.press("Escape");
    await ada.evaluate(() => {
      Object.defineProperty(document, "visibilityState", { value: "hidden" });
      document.dispatchEvent(new Event("visibilitychange"));
    });
    const bob = await join("Bob", "#notified");
    await composer(bob).pressSequentially("@Ad");
    await bob.getByRole("option", { name: "Ada" }).click();
    await composer(bob).pressSequentially("are you **there**?");
    await composer(bob).press("Enter");
    await until(() => ada.evaluate(() => Reflect.get(window, "told"))).toEqual([
      `Bob in ${named("notified")}: @Ada are you there?`,
    ]);
    // As in Chrome on Android, which shows them from service workers only.
    await ada.evaluate(() => Reflect.set(window, "refuses", true));
    await composer(bob).pressSequentially("@Ad");
    await bob.getByRole("option", { name: "Ada" }).click();
    await composer(bob).press("Enter");
    await ada.getByRole("button", { name: "You: Ada" }).click();
    await ada.getByText("This browser cannot show notifications here.").waitFor();
  });

  test("a message's actions show on hover, on focus and after a long press", async () => {
    const ada = await join("Ada", "#actions");
    await say(ada, "mine");
    await shows(ada, ["mine"]);
    const actions = (page: Page) => page.getByRole("toolbar", { name: "Message actions" });
    expect(await actions(ada).count()).toBe(0);
    await row(ada, "mine").hover();
    await actions(ada).waitFor();
    await ada.mouse.move(2, 2);
    await actions(ada).waitFor({ state: "detached" });
    await ada.keyboard.press("F6");
    await actions(ada).waitFor();
    await ada.keyboard.press("F6");
    await until(() => ada.evaluate(() => document.activeElement?.tagName)).toBe("TEXTAREA");
    await ada.keyboard.press("F6");
    await actions(ada).waitFor();
    // The author's name comes first.
    for (const _ of ["Ada", "👍", "❤️", "😂", "React", "Reply"]) await ada.keyboard.press("Tab");
    await ada.keyboard.press("Enter");
    await ada.getByText("Reply to Ada").waitFor();

    const phone = await join("Bob", "#actions", await blank(PHONE));
    await shows(phone, ["mine"]);
    const touch = await row(phone, "mine").boundingBox();
    const session = await phone.context().newCDPSession(phone);
    const touchPoints = [{ x: (touch?.x ?? 0) + 80, y: (touch?.y ?? 0) + 30 }];
    await session.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints });
    const sheet = phone.getByRole("dialog", { name: "Message actions" });
    await sheet.waitFor();
    await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
    expect(await row(phone, "mine").getAttribute("data-acting")).toBe("true");
    await sheet.getByRole("button", { name: "Select text" }).tap();
    await sheet.waitFor({ state: "detached" });
    expect(await phone.evaluate(() => getSelection()?.toString())).toBe("mine");
    await phone.evaluate(() => getSelection()?.removeAllRanges());
    await session.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints });
    await sheet.waitFor();
    await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
    await sheet.getByRole("button", { name: "🎉" }).tap();
    await row(ada, "mine")
      .getByRole("button", { name: /^🎉 1: Bob/ })
      .waitFor();
    await session.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints });
    await sheet.waitFor();
    await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
    await sheet.getByRole("button", { name: "Reply" }).tap();
    await phone.getByText("Reply to Ada").waitFor();
  });

  test("new messages of others do not move the focus from a message's actions", async () => {
    const ada = await join("Ada", "#focus");
    const bob = await friend("Bob", "focus");
    await say(ada, "mine");
    await shows(ada, ["mine"]);
    await ada.getByRole("log").focus();
    await ada.keyboard.press("ArrowUp");
    for (const _ of ["Ada", "👍", "❤️", "😂", "React"]) await ada.keyboard.press("Tab");
    await bob.say("his");
    await shows(ada, ["mine", "his"]);
    // So many that the message is far out of view, where rows are not rendered.
    const long = Array.from({ length: 12 }, (_, n) => `part ${n}\n${"line\n".repeat(25)}`);
    await bob.say(...long);
    await rows(ada).last().getByText("part 11").waitFor();
    await ada.keyboard.press("Enter");
    await ada.getByRole("dialog", { name: "React" }).waitFor();
  });

  test("`?` lists the shortcuts, Alt+↑ and Alt+↓ change the room, and Ctrl+K finds rooms and messages", async () => {
    const ada = await join("Ada", "#keys-b");
    await say(ada, "the word is marmalade");
    await shows(ada, ["the word is marmalade"]);
    await ada.getByRole("log").focus();
    await ada.keyboard.press("?");
    const list = ada.getByRole("dialog", { name: "Keyboard shortcuts" });
    await list.getByText("Search, or go to a room").waitFor();
    await ada.keyboard.press("Escape");
    await list.waitFor({ state: "detached" });

    // A click elsewhere does not end what is being written.
    await composer(ada).fill("half");
    await row(ada, "marmalade").click();
    await ada.getByRole("heading", { level: 1 }).hover();
    await ada.getByRole("toolbar").waitFor({ state: "detached" });
    await ada.keyboard.type(" said?");
    expect(await composer(ada).inputValue()).toBe("half said?");
    await composer(ada).fill("");
    await ada.getByRole("log").focus();
    await ada.keyboard.press("?");
    await list.getByText("Search, or go to a room").waitFor();
    // As soon as Esc has brought the focus back, keys are for the page again.
    await ada.getByRole("log").evaluate((log) => {
      const key = { key: "ArrowUp", altKey: true, bubbles: true };
      const press = () => log.dispatchEvent(new KeyboardEvent("keydown", key));
      log.addEventListener("focus", press, { once: true });
    });
    await ada.keyboard.press("Escape");
    await opens(ada, "Lobby");
    await list.waitFor({ state: "detached" });
    await ada.keyboard.press("Alt+ArrowDown");
    await opens(ada, named("keys-b"));
    await ada.keyboard.press("Alt+ArrowDown");
    await opens(ada, "Lobby");

    await ada.keyboard.press("Control+k");
    await ada.getByRole("combobox", { name: "Search rooms, people and messages" }).waitFor();
    await ada.keyboard.type(named("keys-b"));
    await ada
      .getByRole("option", { name: named("keys-b") })
      .first()
      .waitFor();
    await ada.keyboard.press("Enter");
    await opens(ada, named("keys-b"));

    await ada.keyboard.press("Alt+ArrowUp");
    await opens(ada, "Lobby");
    await ada.keyboard.press("Control+k");
    await ada.getByRole("combobox", { name: "Search rooms, people and messages" }).waitFor();
    await ada.keyboard.type("Marmaláde");
    const jumped = highlighted(ada, "marmalade");
    await ada.getByRole("option", { name: /the word is marmalade/ }).click();
    await opens(ada, named("keys-b"));
    await jumped;
  });

  test("the answer to an earlier search does not replace that to a later one", async () => {
    const page = await blank();
    let answerFirst = () => {};
    let asked = 0;
    await changeAnswers(page, "search", async (answer) => {
      asked++;
      if (asked === 1) await new Promise<void>((resolve) => (answerFirst = resolve));
      return answer;
    });
    await join("Ada", "#searching", page);
    await say(page, "plum jam", "plain bread");
    await shows(page, ["plum jam", "plain bread"]);
    await page.keyboard.press("Control+k");
    const field = page.getByRole("combobox", { name: "Search rooms, people and messages" });
    await field.fill("plum");
    await until(() => asked).toBe(1);
    await field.fill("plain");
    const found = page.getByRole("option");
    await found.getByText("plain bread").waitFor();
    answerFirst();
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => resolve(0))));
    await found.getByText("plain bread").waitFor();
    expect(await found.count()).toBe(1);
  });

  test("a private room can be created, and somebody invited into it and removed", async () => {
    const ada = await join("Ada");
    const robert = named("Robert");
    const bob = await join(robert);
    await ada.getByRole("button", { name: "New room" }).click();
    const dialog = ada.getByRole("dialog", { name: "New room" });
    await dialog.getByLabel("Name").fill("lobby ");
    await dialog.getByText("There is a room called Lobby already.").waitFor();
    await dialog.getByLabel("Name").fill("Secret Garden");
    await dialog.getByText("There is a room").waitFor({ state: "detached" });
    await dialog.getByLabel("Name").fill("🌹".repeat(34));
    await dialog.getByText("2 characters over the limit").waitFor();
    await dialog.getByRole("button", { name: "Create the room" }).click();
    await until(() =>
      dialog.getByLabel("Name").evaluate((field) => field === document.activeElement),
    ).toBe(true);
    await dialog.getByLabel("Name").fill("Secret Garden");
    await dialog.getByLabel("Private").check();
    await dialog.getByRole("button", { name: "Create the room" }).click();
    await opens(ada, "Secret Garden");
    // The focus is in the composer.
    await until(() => ada.evaluate(() => document.activeElement?.tagName)).toBe("TEXTAREA");
    await ada.keyboard.type("only us");
    await ada.keyboard.press("Enter");

    await ada.getByRole("button", { name: "Members and invitations" }).click();
    await ada.getByLabel("Find somebody here, or invite them").fill(robert.toLowerCase());
    await ada.getByRole("option", { name: `${robert} invite` }).click();
    await ada.getByRole("option", { name: `${robert} invited` }).waitFor();
    await ada.keyboard.press("Escape");
    await bob.getByText("You are now in Secret Garden.").waitFor();
    await roomLink(bob, "Secret Garden").click();
    await shows(bob, ["only us"]);

    await ada.getByRole("button", { name: "Room settings" }).click();
    await ada.getByRole("dialog").getByLabel("Topic").fill("Roses");
    await ada.getByRole("button", { name: "Save" }).click();
    await bob.getByRole("button", { name: "Roses" }).click();
    await bob.locator("#topic").getByText("Roses").waitFor();
    await bob.keyboard.press("Escape");

    const remove = async () => {
      await ada.getByRole("option", { name: robert }).click();
      await ada.getByRole("button", { name: "Remove from the room" }).click();
    };
    await ada.getByRole("button", { name: "Members and invitations" }).click();
    await remove();
    const asked = ada.getByRole("dialog", { name: `Remove ${robert}?` });
    await asked.getByText("only if somebody there invites them").waitFor();
    await asked.getByRole("button", { name: "Cancel" }).click();
    await ada.getByRole("button", { name: "Members and invitations" }).click();
    await ada.getByRole("button", { name: "Make an invitation link" }).click();
    await ada.getByRole("button", { name: "End the invitation" }).waitFor();
    await remove();
    await asked.getByText("by the invitation link").waitFor();
    expect(await asked.getByLabel("End the invitation too").isChecked()).toBe(true);
    await asked.getByRole("button", { name: "Remove" }).click();
    await bob.getByText("You are no longer in Secret Garden.").waitFor();
    await opens(bob, "Lobby");
    expect(await roomLink(bob, "Secret Garden").count()).toBe(0);
    await ada.getByRole("button", { name: "Members and invitations" }).click();
    await ada.getByRole("button", { name: "Make an invitation link" }).waitFor();
  });

  test("two people can write each other direct messages, in a room with the other's name", async () => {
    const ada = await join("Ada", "#meeting");
    const bob = await join("Bert", "#meeting");
    await ada.locator("#people").getByRole("button", { name: "Bert" }).click();
    await ada.getByRole("button", { name: "Send a direct message" }).click();
    await opens(ada, "Bert");
    await say(ada, "psst");
    await roomLink(bob, "Ada").getByText("1 unread").waitFor();
    await roomLink(bob, "Ada").click();
    await shows(bob, ["psst"]);
  });

  test("a person can be renamed, and sign out in all tabs", async () => {
    const ada = await join("Ada", "#renamed");
    const tab = await ada.context().newPage();
    await tab.goto(ada.url());
    await opened(tab);
    const bob = await join("Bob", "#renamed");
    await ada.getByRole("button", { name: "You: Ada" }).click();
    await ada.getByLabel("Your name").fill("Countess");
    await ada.getByRole("button", { name: "Save the name" }).click();
    await bob.locator("#people").getByText("Countess").waitFor();
    await tab.getByRole("button", { name: "You: Countess" }).waitFor();
    await ada.getByRole("button", { name: "You: Countess" }).click();
    await signOut(ada);
    await tab.getByText("You are no longer signed in here.").waitFor();
    await ada.reload();
    await ada.getByRole("button", { name: "Start talking" }).waitFor();
    expect(await ada.evaluate(() => Object.keys(localStorage))).toEqual(["natter.others"]);
    for (const name of ["Somebody else", "Yet another"]) {
      await joinAs(ada, name);
      await ada.getByRole("button", { name: `You: ${name}` }).click();
      await signOut(ada);
    }
  });
});

async function signOut(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  const asked = page.getByRole("dialog", { name: "Sign out?" });
  await asked.getByText("you cannot come back as").waitFor();
  await asked.getByRole("button", { name: "Sign out", exact: true }).click();
  await page.getByRole("button", { name: "Start talking" }).waitFor();
}

/** Runs in the page: notifications are granted when asked for, and recorded. */
function pretendNotifications() {
  const told: string[] = [];
  Object.assign(window, { asked: 0, told });
  class Pretended {
    static permission = "default";
    static async requestPermission() {
      Object.assign(window, { asked: Reflect.get(window, "asked") + 1 });
      Pretended.permission = "granted";
      return "granted";
    }
    constructor(title: string, { body = "" } = {}) {
      if (Reflect.get(window, "refuses")) throw new TypeError("Illegal constructor");
      if (Pretended.permission === "granted") told.push(`${title}: ${body}`);
    }
  }
  Object.assign(window, { Notification: Pretended });
}
