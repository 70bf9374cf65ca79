import { expect, inject, test } from "vitest";
import { ok } from "../support/acks.ts";
import { openBare } from "../support/clients.ts";
import { clean } from "./axe.ts";
import { composer, highlighted, named, opened, pageTests, roomLink, say, shows } from "./world.ts";

pageTests("links", ({ join, visit, origin }) => {
  test("following one shows the room and who is there, and only Join makes oneself known", async () => {
    const bot = await openBare(inject("origin"), { name: "Bot" });
    const made = await bot.emit("createRoom", { name: named("trap"), topic: "Honey and flies" });
    const { id } = ok(made).room;
    const ada = await join("Ada");
    await ada.goto(`${origin}/#${id}`);
    await ada.getByRole("heading", { name: named("trap") }).waitFor();
    await ada.getByRole("main").getByText("Honey and flies").first().waitFor();
    await ada.getByText("Bot is here.").waitFor();
    await clean(ada, "a room that is not one's own");
    expect(await composer(ada).count()).toBe(0);
    await ada.reload();
    await ada.getByRole("button", { name: "Join the room" }).waitFor();
    const people = ok(await bot.emit("people", { room: id })).people;
    expect(people.map(({ name }) => name)).toEqual(["Bot"]);
    const joinedHere = bot.heard.all("joined").filter(([notice]) => isIn(notice, id));
    expect(joinedHere).toEqual([]);

    await ada.getByRole("button", { name: "Join the room" }).click();
    await say(ada, "Hello");
    await bot.heard.next("joined", (notice) => isIn(notice, id));
    await bot.heard.next("message");
    await bot.close();
  });

  test("a mistyped one says so, and makes the room only if it is told to", async () => {
    const ada = await join("Ada");
    await ada.goto(`${origin}/#${named("mistyped")}`);
    await ada.getByText(`There is no room called ${named("mistyped")}`).waitFor();
    await ada.getByRole("heading", { name: "Not found" }).waitFor();
    expect(await ada.title()).toBe("Not found · Natter");
    await clean(ada, "no room");
    expect(await composer(ada).count()).toBe(0);
    await ada.getByRole("link", { name: "Go to the lobby" }).click();
    await ada.getByRole("heading", { name: "Lobby" }).waitFor();
    expect(await roomLink(ada, named("mistyped")).count()).toBe(0);
    await ada.goBack();
    await ada.getByRole("button", { name: "Make the room" }).click();
    await say(ada, "made");
    await shows(ada, ["made"]);
  });

  test("one that no room can have, or of a private room, offers the lobby alone", async () => {
    const ada = await join("Ada");
    for (const id of ["UPPER%20Case", "p-0123456789abcdef", "%E0%A4%A"]) {
      await ada.goto(`${origin}/#${id}`);
      await ada.getByText("There is no such room here").waitFor();
      expect(await ada.getByRole("button", { name: "Make the room" }).count()).toBe(0);
      expect(await composer(ada).count()).toBe(0);
      expect(await ada.title()).toBe("Not found · Natter");
      await ada.getByRole("link", { name: "Go to the lobby" }).click();
      await ada.getByRole("heading", { name: "Lobby" }).waitFor();
    }
  });

  test("no link leads a person who comes back to the room that was open last, as long as it is theirs", async () => {
    const ada = await join("Ada", "#last");
    await ada.goto("about:blank");
    await ada.goto(origin);
    await ada.getByRole("heading", { name: named("last") }).waitFor();
    await opened(ada);
    expect(new URL(ada.url()).hash).toBe(`#${named("last")}`);
    await ada.evaluate(() => localStorage.setItem("natter.room", "p-0123456789abcdef"));
    await ada.goto("about:blank");
    await ada.goto(origin);
    await ada.getByRole("heading", { name: "Lobby" }).waitFor();
    await opened(ada);
  });

  test("one to a message leads there once its room is joined", async () => {
    const bob = await join("Bob", "#told");
    await say(bob, "the point", "the rest");
    await shows(bob, ["the point", "the rest"]);
    const ada = await visit(`#told/1`);
    await ada.getByLabel("Your name").fill("Ada");
    await ada.keyboard.press("Enter");
    const jumped = highlighted(ada, "the point");
    await ada.getByRole("button", { name: "Join the room" }).click();
    await jumped;
    await opened(ada);
  });

  test("a room joined in one tab opens in another that shows it", async () => {
    const bob = await join("Bob", "#twice");
    await say(bob, "hello");
    const ada = await join("Ada");
    const tab = await ada.context().newPage();
    for (const page of [ada, tab]) {
      await page.goto(`${origin}/#${named("twice")}`);
      await page.getByRole("button", { name: "Join the room" }).waitFor();
    }
    await ada.getByRole("button", { name: "Join the room" }).click();
    await shows(ada, ["hello"]);
    await shows(tab, ["hello"]);
  });
});

function isIn(notice: unknown, room: string): boolean {
  return typeof notice === "object" && notice !== null && "room" in notice && notice.room === room;
}
