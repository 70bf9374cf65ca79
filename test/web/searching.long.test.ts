import { randomUUID } from "node:crypto";
import type { Page } from "playwright-core";
import { io } from "socket.io-client";
import { expect, test } from "vitest";
import { natter } from "../../protocol/client/natter.ts";
import { DEFAULT_PAGE } from "../../protocol/limits.ts";
import {
  composer,
  highlighted,
  named,
  opened,
  PHONE,
  pageTests,
  roomLink,
  rows,
  shows,
  until,
} from "./world.ts";

const field = (page: Page) =>
  page.getByRole("combobox", { name: "Search rooms, people and messages" });

/** Somebody who has written messages with the word "tart", more than one page can have. */
async function bake(origin: string, cooks: readonly string[]): Promise<void> {
  for (const name of cooks) {
    const socket = io(origin, { ...natter, auth: { name }, forceNew: true });
    await socket.emitWithAck("joinRoom", { room: named("pantry") });
    for (let index = 0; index < 18; index++) {
      const message = { room: named("pantry"), id: randomUUID(), text: `tart ${index} of ${name}` };
      expect((await socket.emitWithAck("message", message)).ok).toBe(true);
    }
    socket.disconnect();
  }
}

pageTests("searching", ({ join, blank, ...world }) => {
  test("what is typed before the search has loaded stands in its field, and is not sent", async () => {
    const ada = await join("Ada", "#hasty");
    let load = () => {};
    const loads = new Promise<void>((resolve) => {
      load = resolve;
    });
    await ada.route("**/Search-*.js", (route) => loads.then(() => route.continue()));
    await ada.reload();
    await opened(ada);
    await composer(ada).focus();
    await ada.keyboard.press("Control+k");
    await ada.keyboard.type("garden");
    await ada.keyboard.press("Enter");
    load();
    await until(() => field(ada).inputValue()).toBe("garden");
    expect(await composer(ada).inputValue()).toBe("");
    expect(await rows(ada).count()).toBe(0);
  });

  test("messages are found by room, author and day, marked, page after page, and one comes back to them", async () => {
    const cook = named("Cook");
    await bake(world.origin, [named("Baker"), named("Eater"), cook]);
    const ada = await join("Ada", "#pantry");
    const found = ada.getByRole("option");
    await ada.keyboard.press("Control+k");
    await field(ada).waitFor();
    await ada.keyboard.type("tart in:pant");
    await ada.getByRole("option", { name: named("pantry") }).waitFor();
    await ada.keyboard.press("Enter");
    await ada.getByText(`${DEFAULT_PAGE} messages so far.`).waitFor();
    expect(await found.first().locator("mark").textContent()).toBe("tart");
    expect(await found.first().getByRole("time").textContent()).toMatch(/^\d?\d:\d\d/);
    await ada.getByRole("button", { name: "Search older messages" }).press("Enter");
    await ada.getByText("54 messages.").waitFor();

    await field(ada).focus();
    await ada.keyboard.type(`from:${cook} 1`);
    await ada.getByText("9 messages.").waitFor();
    await ada.keyboard.type(" before:to");
    await ada.getByRole("option", { name: "Today" }).waitFor();
    await ada.keyboard.press("Enter");
    await ada.getByText("No messages found.").waitFor();
    await ada.getByRole("button", { name: "Remove before: Today" }).press("Enter");
    await ada.getByText("9 messages.").waitFor();

    await field(ada).fill("");
    for (const operator of ["from", "in"]) {
      await ada.getByRole("button", { name: `Remove ${operator}:` }).press("Enter");
    }
    await field(ada).fill(`tart 1 from:${cook.toUpperCase()} in:${named("pantry")}`);
    await ada.getByText("9 messages.").waitFor();
    await field(ada).fill("tart 1");
    await ada.getByText("27 messages.").waitFor();
    await field(ada).fill(`in:${named("pantry")} from:${cook} tart 1`);
    await ada.getByText("9 messages.").waitFor();
    await ada.getByRole("button", { name: `Remove from: ${cook}` }).waitFor();

    // The filters that were typed last have become buttons, and the answer is that to the rest.
    await until(() => field(ada).inputValue()).toBe("tart 1");
    const chosen = ada.getByRole("option", { selected: true });
    await until(async () => {
      const text = await chosen.textContent();
      if (text?.includes("tart 17 of ")) await ada.keyboard.press("ArrowDown");
      return text;
    }).toContain(`tart 16 of ${cook}`);
    const jumped = highlighted(ada, `tart 16 of ${cook}`);
    await ada.keyboard.press("Enter");
    await jumped;
    await ada.getByText(`${cook}: tart 16 of ${cook}`).waitFor({ state: "attached" });
    await ada.getByRole("button", { name: "Back to the results for “tart 1”" }).press("Enter");
    await ada.getByText("9 messages.").waitFor();
    expect(await chosen.textContent()).toContain(`tart 16 of ${cook}`);
  });

  // Rooms are listed in the order of their ids, a few at a time, and other tests make rooms too.
  test("public rooms that somebody has made since are in the list of rooms and in an empty search", async () => {
    const ada = await join("Ada", "#alone", await blank(PHONE));
    await ada.clock.setFixedTime(Date.now() + 60_000);
    await world.friend("Bob", "0-brand-new");
    await ada.getByRole("button", { name: "Rooms" }).tap();
    await roomLink(ada, named("0-brand-new")).waitFor();
    await ada.keyboard.press("Escape");
    await world.friend("Bob", "0-newest");
    await ada.getByRole("button", { name: "Search" }).tap();
    await ada.getByRole("option", { name: named("0-newest") }).waitFor();
  });

  test("on a phone, a tap leads to a message and another one back to what was found", async () => {
    const ada = await join("Ada", "#larder", await blank(PHONE));
    for (const text of ["**plum** jam", "pear jam"]) {
      await ada.getByRole("textbox", { name: /^Message to/ }).fill(text);
      await ada.getByRole("button", { name: "Send" }).tap();
    }
    await shows(ada, ["plum jam", "pear jam"]);
    await ada.getByRole("button", { name: "Search" }).tap();
    await ada.getByRole("button", { name: "Only in this room" }).tap();
    await field(ada).fill("jam");
    const jumped = highlighted(ada, "plum jam");
    await ada.getByRole("option", { name: "plum jam" }).tap();
    await jumped;
    const back = ada.getByRole("button", { name: "Back to the results for “jam”" });
    await back.tap();
    await until(() => ada.getByRole("option").count()).toBe(2);
    await ada.getByRole("button", { name: `Remove in: ${named("larder")}` }).waitFor();
    await ada.keyboard.press("Escape");
    await ada.getByRole("button", { name: "Dismiss the results" }).tap();
    await back.waitFor({ state: "detached" });
  });
});
