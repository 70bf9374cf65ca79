import { expect, test } from "vitest";
import { switchable } from "./network.ts";
import {
  composer,
  enterOther,
  joinAs,
  keptCount,
  named,
  opened,
  PHONE,
  pageTests,
  roomLink,
  rows,
  say,
  shows,
  textsOf,
  until,
} from "./world.ts";

pageTests("composing", ({ join, visit, blank, friend, origin }) => {
  test("a message without an answer fails after 10 s, and Retry sends it once (promise 3)", async () => {
    const bob = await friend("Bob", "unanswered");
    const ada = await blank();
    await ada.clock.install();
    const lost: string[] = [];
    let losing = true;
    await ada.routeWebSocket("**/ws*", (socket) => {
      const server = socket.connectToServer();
      socket.onMessage((frame) => {
        const { action, data } = JSON.parse(String(frame));
        if (losing && action === "message") lost.push(data[0].id);
        else server.send(frame);
      });
    });
    await join("Ada", "#unanswered", ada);
    await say(ada, "once");
    await until(() => lost.length).toBe(1);
    await ada.clock.fastForward(5_000);
    // It is sent on another connection, with the same id.
    await until(() => lost.length).toBe(2);
    expect(new Set(lost).size).toBe(1);
    expect(await rows(ada).getByRole("button", { name: "Delete" }).count()).toBe(0);
    await ada.clock.fastForward(5_000);
    await rows(ada).getByText("Not sent.").waitFor();
    expect(await rows(ada).getByRole("button", { name: "Delete" }).isVisible()).toBe(true);
    losing = false;
    await rows(ada).getByRole("button", { name: "Retry" }).click();
    await shows(ada, ["once"]);
    await until(bob.heard).toEqual(["once"]);
  });

  test("a draft of each room survives a reload, and goes when it is sent", async () => {
    const page = await join("Ada", "#drafts");
    await composer(page).fill("for the room");
    await page.getByRole("navigation").getByRole("link", { name: "Lobby" }).click();
    await page.getByRole("textbox", { name: "Message to Lobby" }).fill("for the lobby");
    await until(() => keptCount(page, "drafts")).toBe(2);
    await page.reload();
    await until(() => composer(page).inputValue()).toBe("for the lobby");
    await page
      .getByRole("navigation")
      .getByRole("link", { name: named("drafts") })
      .click();
    await until(() => composer(page).inputValue()).toBe("for the room");
    await composer(page).press("Enter");
    await shows(page, ["for the room"]);
    await page.reload();
    await shows(page, ["for the room"]);
    expect(await composer(page).inputValue()).toBe("");
  });

  test("↑ in an empty composer edits one's last message, and both people see the change", async () => {
    const ada = await join("Ada", "#editing");
    const bob = await join("Bob", "#editing");
    await say(ada, "frist", "second");
    await shows(bob, ["frist", "second"]);
    await say(bob, "not hers");
    await shows(ada, ["frist", "second", "not hers"]);
    await composer(ada).press("ArrowUp");
    expect(await composer(ada).inputValue()).toBe("second");
    await composer(ada).press("Escape");
    expect(await composer(ada).inputValue()).toBe("");
    await composer(ada).press("ArrowUp");
    await composer(ada).fill("2nd");
    await composer(ada).press("Enter");
    for (const page of [ada, bob]) {
      await until(() => textsOf(page)).toEqual(["frist", "2nd (edited)", "not hers"]);
    }
    await bob.reload();
    await opened(bob);
    await until(() => textsOf(bob)).toEqual(["frist", "2nd (edited)", "not hers"]);
  });

  test("on a touch screen Enter breaks the line, and the button sends", async () => {
    const page = await join("Ada", "#touch", await blank(PHONE));
    await composer(page).pressSequentially("one");
    await composer(page).press("Enter");
    await composer(page).pressSequentially("two");
    expect(await composer(page).inputValue()).toBe("one\ntwo");
    await page.getByRole("button", { name: "Send" }).tap();
    await shows(page, ["one\ntwo"]);
  });

  test("a line of fixed height names who is typing for 5 s, and not every key sends an event", async () => {
    const ada = await visit("#typing");
    await ada.clock.install();
    await joinAs(ada, "Ada");
    const bob = await blank();
    let told = 0;
    await bob.routeWebSocket("**/ws*", (socket) => {
      const server = socket.connectToServer();
      socket.onMessage((frame) => {
        if (JSON.parse(String(frame)).action === "typing") told++;
        server.send(frame);
      });
    });
    await join("Bob", "#typing", bob);
    const top = async () => (await composer(ada).boundingBox())?.y;
    const before = await top();
    await composer(bob).pressSequentially("hello there");
    await ada.getByText("Bob is typing…").waitFor();
    expect(await top()).toBe(before);
    // Every three seconds, which a busy machine may take for some of the keys.
    expect(told).toBeLessThan("hello there".length);
    await ada.clock.fastForward(5_000);
    await ada.getByText("Bob is typing…").waitFor({ state: "detached" });

    const eve = await friend("Eve", "typing");
    eve.client.send("typing", { room: named("typing") });
    await ada.getByText("Eve is typing…").waitFor();
    await eve.say("me too");
    await shows(ada, ["me too"]);
    expect(await ada.getByText("Eve is typing…").count()).toBe(0);
    expect(await top()).toBe(before);
  });

  test("`@` offers the people of the room that is open", async () => {
    const cara = await friend("Cara", "second");
    await cara.client.close();
    await friend("Dan", "first");
    const ada = await join("Ada", "#second");
    await ada.goto(`${origin}/#${named("first")}`);
    await enterOther(ada);
    await composer(ada).pressSequentially("@");
    const options = ada.getByRole("listbox", { name: "Completions" }).getByRole("option");
    await options.first().waitFor();
    await composer(ada).fill("");
    await roomLink(ada, named("second")).click();
    await ada
      .getByRole("textbox", { name: `Message to ${named("second")}` })
      .pressSequentially("@");
    await options.getByText("Cara").waitFor();
  });

  test("`@` completes people and `:` emoji, and a mention stands out in the text and in the room's badge", async () => {
    const ada = await join("Ada", "#mentions");
    const bob = await join("Bob", "#mentions");
    await ada.locator("#people").getByText("Bob").waitFor();
    await composer(ada).pressSequentially("hi @b");
    const options = ada.getByRole("listbox", { name: "Completions" }).getByRole("option");
    await options.getByText("Bob").waitFor();
    expect(await composer(ada).getAttribute("aria-activedescendant")).toBe(
      await options.first().getAttribute("id"),
    );
    await composer(ada).press("Enter");
    expect(await composer(ada).inputValue()).toBe("hi @Bob ");
    await composer(ada).pressSequentially("have a :coffe");
    await options.first().waitFor();
    await composer(ada).press("Escape");
    await options.first().waitFor({ state: "detached" });
    for (const _ of ":coffe") await composer(ada).press("Backspace");
    await composer(ada).pressSequentially(":coffe");
    await options.getByText(":coffee:").click();
    expect(await composer(ada).inputValue()).toBe("hi @Bob have a ☕ ");

    await bob.getByRole("navigation").getByRole("link", { name: "Lobby" }).click();
    await bob.getByRole("textbox", { name: "Message to Lobby" }).waitFor();
    await composer(ada).press("Enter");
    const link = bob.getByRole("navigation").getByRole("link", { name: named("mentions") });
    await link.getByText("unread, you are mentioned").waitFor({ state: "attached" });
    await link.click();
    await rows(bob).locator("mark").getByText("@Bob").waitFor();
    await until(() => rows(bob).last().getAttribute("data-mentions-me")).toBe("true");
    expect(await rows(ada).last().getAttribute("data-mentions-me")).toBe("false");

    // Two messages begin with a name.
    for (const _ of ["first", "second"]) {
      await composer(ada).pressSequentially("@b");
      await options.getByText("Bob").waitFor();
      await composer(ada).press("Enter");
      await composer(ada).press("Enter");
    }
    await until(() => rows(ada).last().getByText("@Bob").count()).toBe(1);
    // With the caret elsewhere, Enter sends.
    await composer(ada).pressSequentially("hello @b");
    await options.getByText("Bob").waitFor();
    await composer(ada).press("Home");
    await composer(ada).press("Enter");
    await rows(ada).last().getByText("hello @b", { exact: true }).waitFor();
  });

  test("an emoji is inserted at the caret, and typing goes on after it", async () => {
    const page = await join("Ada", "#caret");
    await composer(page).fill("tea please");
    await composer(page).evaluate((field: HTMLTextAreaElement) => field.setSelectionRange(3, 3));
    await page.getByRole("button", { name: "Emoji" }).click();
    const dialog = page.getByRole("dialog", { name: "Emoji" });
    await dialog.getByRole("option", { name: "party popper" }).click({ modifiers: ["Shift"] });
    await dialog.getByRole("combobox").pressSequentially("coffe");
    await dialog.getByRole("option", { name: "hot beverage" }).waitFor();
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "detached" });
    await page.keyboard.type("!");
    expect(await composer(page).inputValue()).toBe("tea🎉☕! please");
    await page.keyboard.type(" :rocket:");
    await until(() => composer(page).inputValue()).toBe("tea🎉☕! 🚀 please");
    await page.keyboard.type(" :th");
    await page.getByRole("option").first().getByText(":thumbsup:").waitFor();
  });

  test("a reply that is written offline is stored with the message that it answers", async () => {
    const ada = await blank();
    const network = await switchable(ada);
    await join("Ada", "#kept-reply", ada);
    await say(ada, "question");
    await shows(ada, ["question"]);
    await network.cut();
    await rows(ada).first().hover();
    await ada.getByRole("button", { name: "Reply" }).click();
    await say(ada, "answer");
    await until(() => keptCount(ada, "outbox")).toBe(1);
    await ada.reload();
    network.mend();
    await shows(ada, ["question", "answer"]);
    await rows(ada).last().getByRole("link", { name: "In reply to Ada" }).waitFor();
  });
});
