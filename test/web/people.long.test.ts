import type { Page } from "playwright-core";
import { expect, inject, test } from "vitest";
import { openBare } from "../support/clients.ts";
import { clean } from "./axe.ts";
import { changeAnswers } from "./network.ts";
import {
  composer,
  enterOther,
  named,
  PHONE,
  pageTests,
  roomLink,
  rows,
  say,
  shows,
  until,
} from "./world.ts";

pageTests("people", ({ join, blank, friend, origin }) => {
  test("a click on a name, a face or a mention opens that person's card beside it", async () => {
    const ada = await join("Ada", "#cards");
    const bob = await join("Bob", "#cards");
    await say(bob, "my name is Bob");
    await composer(bob).pressSequentially("hello @Ad");
    await bob.getByRole("option", { name: "Ada" }).click();
    await composer(bob).press("Enter");
    await shows(ada, ["my name is Bob", "hello @Ada "]);

    const name = rows(ada).first().getByRole("button", { name: "Bob" });
    await name.click();
    const card = ada.getByRole("dialog", { name: "Bob" });
    await card.getByRole("button", { name: "Send a direct message" }).waitFor();
    await clean(ada, "a person's card");
    const [place, at] = [await card.boundingBox(), await name.boundingBox()];
    expect(Math.abs((place?.x ?? 0) - (at?.x ?? 0))).toBeLessThan(2);
    await ada.keyboard.press("Escape");
    await card.waitFor({ state: "detached" });

    await rows(ada).last().getByRole("button", { name: "@Ada" }).click();
    await ada
      .getByRole("dialog", { name: "Ada" })
      .getByText("Your name and notifications")
      .waitFor();
    await ada.keyboard.press("Escape");

    await rows(ada).first().getByText("B", { exact: true }).click();
    await card.getByRole("button", { name: "Mention in the message" }).click();
    await card.waitFor({ state: "detached" });
    await until(() => composer(ada).evaluate((one) => one === document.activeElement)).toBe(true);
    await ada.keyboard.type("look");
    await ada.keyboard.press("Enter");
    await rows(bob).last().getByRole("button", { name: "@Bob" }).waitFor();
    await rows(bob).last().getByText("@Bob look").waitFor();
  });

  test("names and faces add nothing to a text that is copied, and lose nothing of it", async () => {
    const ada = await join(named("Adele"), "#copied");
    await say(ada, "first", "second");
    await shows(ada, ["first", "second"]);
    const copied = await ada.getByRole("log").evaluate((log) => {
      getSelection()?.selectAllChildren(log);
      return getSelection()?.toString();
    });
    expect(copied?.split(named("Adele"))).toHaveLength(3);
    expect(copied?.split(named("Adele"))[1]).toMatch(/^\s+\d+:\d\d.*\s+first\s/);
  });

  test("on a phone the card is at the lower edge", async () => {
    await (await friend("Bob", "below")).say("hi");
    const ada = await join("Ada", "#below", await blank(PHONE));
    await rows(ada).first().getByRole("button", { name: "Bob" }).tap();
    const card = ada.getByRole("dialog", { name: "Bob" });
    await card.getByRole("button", { name: "Send a direct message" }).waitFor();
    await until(async () => {
      const place = await card.boundingBox();
      return place && [place.x, place.width, place.y + place.height];
    }).toEqual([0, 390, 844]);
    await clean(ada, "a card on a phone");
    await card.getByRole("button", { name: "Send a direct message" }).tap();
    await ada.getByRole("textbox", { name: "Message to Bob" }).waitFor();
  });

  test("a new name stands on what was said before and after it, for everyone", async () => {
    const ada = await join(named("Adele"), "#new-names");
    const bob = await join("Bob", "#new-names");
    await say(ada, "before");
    await shows(bob, ["before"]);
    await ada.getByRole("button", { name: `You: ${named("Adele")}` }).click();
    await ada.getByLabel("Your name").fill(named("Countess"));
    await ada.getByRole("button", { name: "Save the name" }).click();
    await ada.getByRole("dialog").waitFor({ state: "detached" });
    await say(ada, "after");
    for (const page of [ada, bob]) {
      await shows(page, ["before", "after"]);
      await rows(page).first().getByText(named("Countess")).waitFor();
      expect(await page.getByRole("log").getByText(named("Adele")).count()).toBe(0);
    }
  });

  test("Ctrl+K and the first letters of a name lead to somebody, by keyboard alone", async () => {
    const ada = await join("Ada");
    const bea = await openBare(inject("origin"), { name: named("Beatrix") });
    await ada.keyboard.press("Control+k");
    await ada.getByRole("combobox", { name: "Search rooms, people and messages" }).waitFor();
    await ada.keyboard.type(named("Beatrix").toLowerCase());
    await ada.getByRole("option", { name: `${named("Beatrix")} Send a direct message` }).waitFor();
    await ada.keyboard.press("Enter");
    await ada.getByRole("textbox", { name: `Message to ${named("Beatrix")}` }).waitFor();
    await ada.keyboard.type("hello");
    await ada.keyboard.press("Enter");
    await bea.heard.next("message");
    await bea.close();
  });

  test("direct messages show who is online", async () => {
    const ada = await join("Ada");
    const bert = await openBare(inject("origin"), { name: named("Bert") });
    await direct(ada, named("Bert"));
    const dot = () => roomLink(ada, named("Bert")).locator("[data-online=true]").count();
    await until(dot).toBe(1);
    await ada.goto(`${origin}/#${named("away")}`);
    await enterOther(ada);
    await ada.reload();
    await until(dot).toBe(1);
    await bert.close();
    await ada.reload();
    await composer(ada).waitFor();
    await until(dot).toBe(0);
  });

  test("in a room of more than 100 people those online are listed, page by page", async () => {
    const page = await blank();
    const person = (name: string, online: boolean) => ({ id: name.padEnd(20, "0"), name, online });
    const pages = [
      { people: [person("Cleo", true), person("Dan", false)], more: true, after: "next" },
      { people: [person("Eve", true)], more: false },
    ];
    await changeAnswers(page, ["joinRoom", "people"], (answer, { action, data }) => {
      if (action === "joinRoom") return { ...answer, online: { count: 160 } };
      return { ok: true, ...pages[data.after === "next" ? 1 : 0] };
    });
    await join("Ada", "#crowd", page);
    const people = page.getByRole("complementary");
    await people.getByText("Cleo").waitFor();
    await people.getByRole("button", { name: "Show more" }).click();
    await people.getByText("Eve").waitFor();
    expect(await people.getByText("Dan").count()).toBe(0);
    expect(await people.getByRole("button", { name: "Show more" }).count()).toBe(0);
  });

  test("a list of people goes on once it answers what was typed, not before", async () => {
    const page = await blank();
    const people = [{ id: "b".repeat(20), name: "Bea", online: true }];
    await changeAnswers(page, "people", (_, { data }) =>
      data.query === "be" ? new Promise(() => {}) : { ok: true, people, more: true, after: "next" },
    );
    await join("Ada", "", page);
    await page.getByRole("button", { name: "New direct message" }).click();
    const dialog = page.getByRole("dialog", { name: "New direct message" });
    const more = dialog.getByRole("button", { name: "Show more" });
    await dialog.getByRole("combobox").fill("b");
    await more.waitFor();
    await dialog.getByRole("combobox").fill("be");
    await more.waitFor({ state: "detached" });
    await dialog.getByRole("option", { name: /Bea/ }).waitFor();
  });

  test("in a long list of people only the list scrolls, and those online come first", async () => {
    const ada = await join("Ada", "#many");
    await ada.getByRole("button", { name: "New direct message" }).click();
    const dialog = ada.getByRole("dialog", { name: "New direct message" });
    await dialog.getByRole("option").first().waitFor();
    const words = await dialog.getByRole("option").allInnerTexts();
    const online = words.map((word) => word.includes("online"));
    expect(online.toSorted().toReversed()).toEqual(online);
    // It moves while it opens.
    await dialog.evaluate(async (one) => {
      await Promise.all(one.getAnimations().map((animation) => animation.finished));
    });
    const box = await dialog.boundingBox();
    const close = await dialog.getByRole("button", { name: "Close" }).boundingBox();
    await dialog.getByRole("option").last().scrollIntoViewIfNeeded();
    expect(await dialog.getByRole("button", { name: "Close" }).boundingBox()).toEqual(close);
    const last = await dialog.getByRole("option").last().boundingBox();
    expect((last?.y ?? 0) + (last?.height ?? 0)).toBeLessThanOrEqual(
      (box?.y ?? 0) + (box?.height ?? 0),
    );
  });
});

/** Writes to somebody who is found by name. */
async function direct(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: "New direct message" }).click();
  await page.getByLabel("Find somebody by name").fill(name);
  await page.getByRole("option", { name }).waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("textbox", { name: `Message to ${name}` }).waitFor();
}
