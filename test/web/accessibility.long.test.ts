import { test } from "vitest";
import { clean } from "./axe.ts";
import { joinAmong } from "./made-up.ts";
import { changeAnswers, switchable } from "./network.ts";
import { composer, joinAs, pageTests, pickAction, rows, say, until } from "./world.ts";

pageTests("the page in each of its states", ({ join, visit, blank }) => {
  test("axe finds nothing in any state, light and dark", async () => {
    const page = await visit("#states", await blank({ viewport: { width: 1280, height: 800 } }));
    await clean(page, "the form");
    await page.getByLabel("Your name").fill("   ");
    await page.keyboard.press("Enter");
    await page.getByText("must not be empty").waitFor();
    await clean(page, "the form with an error");
    await joinAs(page, "Ada");
    await clean(page, "an empty room");
    await say(page, "hello", "```\ncode\n```", "https://example.org");
    await until(() => page.locator("[data-state]").count()).toBe(0);
    await rows(page).first().hover();
    await clean(page, "a room with messages, one pointed at");
    await composer(page).fill("x".repeat(4_001));
    await clean(page, "a text that is too long");
    for (const name of ["New room", "New direct message", "Search", "Members and invitations"]) {
      await page.getByRole("button", { name, exact: true }).click();
      await page.getByRole("dialog").waitFor();
      await clean(page, name);
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
    }
    await page.setViewportSize({ width: 360, height: 640 });
    await clean(page, "a phone");
    await page.getByRole("button", { name: "Rooms", exact: true }).click();
    await clean(page, "the rooms of a phone");
    await page.keyboard.press("Escape");
    await page.setViewportSize({ width: 800, height: 640 });
    await clean(page, "a narrow window");
    await page.evaluate(() => {
      location.hash = "#p-secret";
    });
    await page.getByText("There is no such room").waitFor();
    await clean(page, "no such room");
  });

  test("axe finds nothing in the dialogs and the actions of messages and people", async () => {
    const page = await join(
      "Ada",
      "#acting-states",
      await blank({ viewport: { width: 1280, height: 800 } }),
    );
    const bob = await join("Bob", "#acting-states");
    await say(page, "first", "second");
    await rows(page).first().hover();
    await rows(page).first().getByRole("button", { name: "React" }).click();
    await page.getByRole("option", { name: "thumbs up", exact: true }).waitFor();
    await clean(page, "the emoji");
    await page.getByRole("option", { name: "thumbs up", exact: true }).click();
    await rows(page).first().hover();
    await rows(page).first().getByRole("button", { name: "More actions" }).click();
    await page.getByRole("dialog", { name: "Message actions" }).waitFor();
    await clean(page, "the menu of a message");
    await page.keyboard.press("Escape");
    await rows(page).first().hover();
    await rows(page).first().getByRole("button", { name: "Reply" }).click();
    await clean(page, "a reply, and a reaction");
    await say(page, "third");
    await pickAction(page, rows(page).nth(1), "Delete");
    await composer(page).pressSequentially("@Bo");
    await page.getByRole("option", { name: "Bob" }).waitFor();
    await composer(bob).pressSequentially("hi");
    await page.getByText("Bob is typing…").waitFor();
    await clean(page, "a quote, a deletion, a completion and somebody who types");
    await composer(page).fill("");
    // Another file may have a Bob, too; then a part of the id follows the name.
    for (const name of ["You: Ada", /^Bob/, "Room settings"]) {
      await page.getByRole("button", { name, exact: true }).first().click();
      await page.getByRole("dialog").waitFor();
      await clean(page, `${name}`);
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
    }
    await page.getByRole("log").focus();
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
    await clean(page, "the shortcuts");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox").fill("third");
    await page.getByRole("option", { name: /third/ }).waitFor();
    await clean(page, "what a search found");
  });

  test("axe finds nothing offline, with waiting and failed messages", async () => {
    const page = await blank();
    const network = await switchable(page);
    await join("Ada", "#offline-states", page);
    await network.cut();
    await say(page, "waits");
    await page.getByText("Reconnecting…").waitFor();
    await clean(page, "offline");

    const refused = await blank();
    await changeAnswers(refused, "message", () => {
      return { ok: false, error: { code: "forbidden", message: "Not now" } };
    });
    await join("Ada", "#refused-states", refused);
    await say(refused, "fails");
    await refused.getByText("Not sent. Not now").waitFor();
    await clean(refused, "a failed message");
    await refused.getByRole("button", { name: "Delete" }).focus();
    await refused.keyboard.press("Enter");
    await refused.getByText("Not sent.").waitFor({ state: "detached" });
    await until(() => composer(refused).evaluate((one) => one === document.activeElement)).toBe(
      true,
    );
  });

  test("axe finds nothing in a long history with days and a divider", async () => {
    const page = await visit("#crowded");
    await joinAmong(
      page,
      Array.from({ length: 40 }, (_, index) => ({
        text: `message ${index}`,
        author: {
          id: `${index % 12}`.padStart(20, "abcdef0123456789"),
          name: `Person ${index % 12}`,
        },
        at: Date.now() - (40 - index) * 3_600_000,
        ...(index === 38 && { editedAt: 1, reactions: { "👍": ["0".repeat(20)] } }),
        ...(index === 39 && { text: "", deletedAt: 1 }),
      })),
    );
    await rows(page).last().waitFor();
    await clean(page, "twelve authors");
  });
});
