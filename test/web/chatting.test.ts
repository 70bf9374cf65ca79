import { expect, test } from "vitest";
import {
  composer,
  enter,
  enterOther,
  joinAs,
  named,
  opened,
  pageTests,
  rows,
  say,
  shows,
  textsOf,
  until,
} from "./world.ts";

pageTests("chatting", ({ join, visit, blank, friend, origin }) => {
  test("the name field has the focus, and a name and Enter lead to the lobby", async () => {
    const page = await visit();
    await page.keyboard.type("Ada");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Lobby" }).waitFor();
    expect(await composer(page).evaluate((field) => field === document.activeElement)).toBe(true);
  });

  test("a wrong key is marked, and has the focus", async () => {
    const page = await blank();
    await page.route("**/config.json", (route) =>
      route.fulfill({ json: { guests: true, joinKey: true } }),
    );
    await page.routeWebSocket("**/ws*", (socket) => {
      const data = { message: "This is not the key", data: { code: "forbidden" } };
      socket.onMessage(() => socket.send(JSON.stringify({ action: "connect_error", data })));
    });
    await visit("", page);
    const key = page.getByLabel("The key to this chat");
    await key.fill("nonsense");
    await page.getByLabel("Your name").fill("Ada");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").filter({ hasText: "This is not the key" }).waitFor();
    await until(() => key.evaluate((field) => field === document.activeElement)).toBe(true);
    expect(await key.getAttribute("aria-invalid")).toBe("true");
    expect(await page.getByLabel("Your name").getAttribute("aria-invalid")).not.toBe("true");
  });

  test("a name typed before the script has loaded stays in the field", async () => {
    const page = await visit();
    let letScriptCome = () => {};
    const typed = new Promise<void>((resolve) => {
      letScriptCome = resolve;
    });
    await page.route("**/*.js", async (route) => {
      await typed;
      await route.continue();
    });
    await page.reload({ waitUntil: "commit" });
    const field = page.getByLabel("Your name");
    await field.fill("Grace");
    const element = await field.elementHandle();
    letScriptCome();
    await page.waitForLoadState("load");
    expect(await element?.evaluate((input) => input.isConnected)).toBe(true);
    expect(await field.inputValue()).toBe("Grace");
    await field.press("Enter");
    await opened(page);
  });

  test("two people can talk", async () => {
    const ada = await join("Ada", "#tea");
    const bob = await join("Bob", "#tea");
    await say(ada, "Hello Bob");
    await shows(bob, ["Hello Bob"]);
    await say(bob, "Hello Ada\nhow are you");
    await shows(ada, ["Hello Bob", "Hello Ada\nhow are you"]);
    await rows(ada).last().getByText("Bob").waitFor();
    const at = await rows(ada).last().locator("time").getAttribute("datetime");
    expect(Math.abs(Date.parse(at ?? "") - Date.now())).toBeLessThan(60_000);
  });

  test("a reload keeps the name and the history", async () => {
    const ada = await join("Ada", "#reload");
    await say(ada, "one", "two");
    await shows(ada, ["one", "two"]);
    await ada.reload();
    await opened(ada);
    await shows(ada, ["one", "two"]);
    await ada.locator("#people").getByText("(you)").waitFor({ state: "attached" });
  });

  test("a link may name a room after a property that every object has", async () => {
    const ada = await join("Ada");
    await ada.goto(`${origin}/#constructor`);
    await enterOther(ada);
    const built = named("built");
    await say(ada, built);
    await rows(ada).last().getByText(built).waitFor();
    await ada.goto(`${origin}/#__proto__`);
    await ada.getByText("There is no such room here").waitFor();
    await ada.goto(`${origin}/#constructor`);
    await rows(ada).last().getByText(built).waitFor();
  });

  test("a link to a room survives joining", async () => {
    const page = await join("Ada", "#deep-link/3");
    await page.getByRole("heading", { name: named("deep-link") }).waitFor();
    expect(await page.title()).toBe(`${named("deep-link")} · Natter`);
  });

  test("ten quick messages of each of two people appear once, in the same order for both (promise 2)", async () => {
    const ada = await join(
      "Ada",
      "#quick",
      await blank({ viewport: { width: 1200, height: 1600 } }),
    );
    const bob = await join(
      "Bob",
      "#quick",
      await blank({ viewport: { width: 1200, height: 1600 } }),
    );
    const ten = (name: string) => Array.from({ length: 10 }, (_, index) => `${name} ${index}`);
    await Promise.all([say(ada, ...ten("a")), say(bob, ...ten("b"))]);
    for (const page of [ada, bob]) {
      await until(() => textsOf(page).then((texts) => texts.length)).toBe(20);
      await until(() => page.locator("[data-state]").count()).toBe(0);
    }
    const texts = await textsOf(ada);
    expect(texts.filter((text) => text.startsWith("a"))).toEqual(ten("a"));
    expect(texts.filter((text) => text.startsWith("b"))).toEqual(ten("b"));
    await shows(bob, texts);
  });

  test("Shift+Enter breaks the line, and an input method's Enter sends nothing", async () => {
    const page = await join("Ada", "#lines");
    await composer(page).pressSequentially("one");
    await composer(page).press("Shift+Enter");
    await composer(page).pressSequentially("two");
    await composer(page).evaluate((field) =>
      field.dispatchEvent(
        new KeyboardEvent("keydown", { key: "Enter", isComposing: true, bubbles: true }),
      ),
    );
    expect(await composer(page).inputValue()).toBe("one\ntwo");
    await composer(page).press("Enter");
    await shows(page, ["one\ntwo"]);
    expect(await composer(page).inputValue()).toBe("");
  });

  test("the length limit shows before sending, and a longer text is not sent", async () => {
    const page = await join("Ada", "#long");
    await composer(page).fill("x".repeat(4_003));
    await page.getByText("3 characters over the limit").waitFor();
    await composer(page).press("Enter");
    expect(await rows(page).count()).toBe(0);
    await composer(page).fill("x".repeat(4_000));
    await page.getByText("0 characters left").waitFor();
    await composer(page).press("Enter");
    await shows(page, ["x".repeat(4_000)]);
  });

  test("the form says why the server refuses a name", async () => {
    const page = await visit();
    await page.getByLabel("Your name").fill("   ");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").getByText("must not be empty").waitFor();
    const field = page.getByLabel("Your name");
    expect(await field.getAttribute("aria-invalid")).toBe("true");
    expect(await field.evaluate((input) => input === document.activeElement)).toBe(true);
    await joinAs(page, "Ada");
  });

  test("a link is followed although the state changes at the same moment", async () => {
    const page = await join("Ada", "#here");
    await page.evaluate(() => {
      location.hash = "#there";
      // The page's state changes before `hashchange` comes.
      const field = document.querySelector("textarea");
      if (field) field.value = "a draft";
      field?.dispatchEvent(new InputEvent("input", { bubbles: true }));
    });
    await page.getByText("There is no room called there").waitFor();
  });

  test("an unknown token leads back to the form, which says why", async () => {
    const page = await visit();
    await page.evaluate(() => localStorage.setItem("natter.token", "nobody.nothing"));
    await page.reload();
    await page.getByText("You are no longer signed in here.").waitFor();
    expect(await page.evaluate(() => localStorage.getItem("natter.token"))).toBeNull();
    await joinAs(page, "Ada");
  });

  test("a room can be created by its name, found by others and left", async () => {
    // Among the first of the list, however many rooms the other files have made.
    const tea = named("A Green Tea");
    const ada = await join("Ada");
    await ada.getByRole("button", { name: "New room" }).click();
    await ada.getByLabel("Name", { exact: true }).fill(tea);
    await ada.keyboard.press("Enter");
    await ada.getByRole("heading", { name: tea }).waitFor();
    await ada.getByRole("dialog").waitFor({ state: "detached" });
    await say(ada, "Tea is ready");

    const bob = await join("Bob");
    await bob.getByRole("navigation").getByRole("link", { name: tea }).click();
    await enterOther(bob);
    await shows(bob, ["Tea is ready"]);
    await ada.locator("#people").getByText("Bob").waitFor({ state: "attached" });

    await ada.clock.install();
    await ada.getByRole("button", { name: "Leave the room" }).click();
    await ada.getByRole("dialog").getByRole("button", { name: "Leave" }).click();
    await ada.getByRole("heading", { name: "Lobby" }).waitFor();
    await ada.clock.fastForward(5_000);
    await bob.locator("#people").getByText("Ada").waitFor({ state: "detached" });
    await bob.getByRole("log").getByText("Ada left").waitFor();
    await bob.goBack();
    await bob.getByRole("heading", { name: "Lobby" }).waitFor();
  });

  test("going back closes what is open over the room, and then leaves the room", async () => {
    const page = await join("Ada", "#harbour");
    await page.evaluate(() => {
      location.hash = "#lobby";
    });
    const lobby = page.getByRole("heading", { name: "Lobby" });
    await lobby.waitFor();
    await page.getByRole("button", { name: "Search" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.waitFor();
    await page.goBack();
    await dialog.waitFor({ state: "detached" });
    await until(() => page.evaluate(() => location.hash)).toBe("#lobby");
    expect(await lobby.isVisible()).toBe(true);
    await page.goBack();
    await page.getByRole("heading", { name: named("harbour") }).waitFor();
  });

  test("the page says so if there is no such room, and offers the lobby", async () => {
    const page = await join("Ada");
    await page.goto(`${origin}/#p-secret`);
    await page.getByRole("heading", { name: "Not found" }).waitFor();
    await page.locator("#people").waitFor({ state: "hidden" });
    await page.getByRole("link", { name: "Go to the lobby" }).click();
    await page.getByRole("heading", { name: "Lobby" }).waitFor();
  });

  test("two windows of one person show the same rooms and messages", async () => {
    const first = await join("Ada");
    const second = await first.context().newPage();
    await second.goto(`${origin}/#${named("tabs")}`);
    await enter(second);
    await first
      .getByRole("navigation")
      .getByRole("link", { name: named("tabs") })
      .click();
    await say(second, "from the second");
    await shows(first, ["from the second"]);
    await say(first, "from the first");
    await shows(second, ["from the second", "from the first"]);
  });

  test("presence counts people, not tabs; somebody who has gone is shown for 10 s, and notices fold into one line (promise 8)", async () => {
    const ada = await join("Ada", "#doors");
    const people = ada.locator("#people");
    const bob = await join("Robert", "#doors");
    await people.getByText("Robert").waitFor();
    const second = await bob.context().newPage();
    await second.goto(bob.url());
    await opened(second);
    expect(await people.getByText("Robert").count()).toBe(1);
    const cy = await friend("Cyril", "doors");
    await say(ada, "hello");
    await rows(ada).filter({ hasText: "hello" }).waitFor();
    const log = ada.getByRole("log");
    await until(() => log.getByText("joined").allInnerTexts()).toEqual(["Robert and Cyril joined"]);
    await ada.clock.install();
    await bob.context().close();
    await cy.client.close();
    expect(await people.getByText("Robert").count()).toBe(1);
    // The ten seconds begin when the notice comes.
    await until(async () => {
      await ada.clock.fastForward(1_000);
      return people.getByText(/Robert|Cyril/).count();
    }).toBe(0);
    expect(await ada.title()).toBe(`${named("doors")} · Natter`);
  });
});
