import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { clean } from "./axe.ts";
import { composer, joinAs, pageTests, rows, say, shows, until } from "./world.ts";

pageTests("accessibility", ({ visit, join, friend }) => {
  test("axe finds nothing in the form and in a room with messages", async () => {
    const page = await visit("#talk");
    await clean(page, "the form");
    await joinAs(page, "Ada");
    await say(page, "hello", "```\ncode\n```", "https://example.org");
    await until(() => page.locator("[data-state]").count()).toBe(0);
    await rows(page).first().hover();
    await clean(page, "a room with messages, one pointed at");
  });

  test("a screen reader announces new messages of others, and neither history nor one's own", async () => {
    const bob = await join("Bob", "#heard");
    await say(bob, "history");
    const ada = await join("Ada", "#heard");
    await shows(ada, ["history"]);
    expect(await ada.getByRole("log").getAttribute("aria-live")).toBe("off");
    const heard = await hear(ada);
    await say(ada, "my own");
    await shows(bob, ["history", "my own"]);
    await say(bob, "one");
    await until(heard).toEqual(["Bob: one"]);
    await say(bob, "two");
    await until(heard).toEqual(["Bob: one", "Bob: two"]);
  });

  test("a keyboard suffices to join, read, change the room and return to the composer", async () => {
    const page = await visit("#keyboard");
    await page.keyboard.type("Ada");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Make the room" }).waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await composer(page).waitFor();
    await page.keyboard.type("first");
    await page.keyboard.press("Enter");
    await shows(page, ["first"]);
    // The line that says so takes no focus, and the arrow keys pass it.
    await friend("Bob", "keyboard");
    await page.getByText("Bob joined").waitFor();
    await page.keyboard.type("second");
    await page.keyboard.press("Enter");
    await shows(page, ["first", "second"]);
    expect(await focused(page)).toBe("TEXTAREA");

    await tabTo(page, "log", true);
    await page.keyboard.press("ArrowUp");
    expect(await focused(page)).toBe("ARTICLE");
    await page.keyboard.press("Home");
    expect(await page.evaluate(() => document.activeElement?.querySelector("p")?.textContent)).toBe(
      "first",
    );
    await page.keyboard.press("ArrowDown");
    expect(await page.evaluate(() => document.activeElement?.querySelector("p")?.textContent)).toBe(
      "second",
    );

    const bar = ["Ada", "👍", "❤️", "😂", "React", "Reply", "More actions"];
    for (const _ of bar) await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "Message actions" }).waitFor();
    // From the first one to the last.
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    await until(() => focused(page)).toBe("ARTICLE");
    await page.getByText("This message was deleted.").waitFor();
    for (const _ of ["Ada", "Undo"]) await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    expect(await focused(page)).toBe("ARTICLE");
    await shows(page, ["first", "second"]);
    for (const _ of bar.slice(0, 5)) await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "React" }).waitFor();
    await page.keyboard.press("Escape");
    await until(() => focused(page)).toBe("ARTICLE");

    await page.evaluate(() => {
      location.hash = "#lobby";
    });
    await page.getByRole("heading", { name: "Lobby" }).waitFor();
    await until(() => focused(page)).toBe("TEXTAREA");
  });
});

/** What the live region announces from now on. */
async function hear(page: Page): Promise<() => Promise<string[]>> {
  const heard: string[] = [];
  await page.exposeFunction("heard", (text: string) => heard.push(text));
  await page.evaluate(() => {
    const region = document.querySelector("[aria-live=polite]");
    if (region === null) throw new Error("There is no live region");
    new MutationObserver(() => {
      const { heard } = window as unknown as { heard: (text: string | null) => void };
      if (region.textContent) heard(region.textContent);
    }).observe(region, { childList: true, characterData: true, subtree: true });
  });
  return async () => heard;
}

function focused(page: Page): Promise<string | undefined> {
  return page.evaluate(() => document.activeElement?.tagName);
}

async function tabTo(page: Page, role: string, back: boolean): Promise<void> {
  for (let presses = 0; presses < 20; presses++) {
    await page.keyboard.press(back ? "Shift+Tab" : "Tab");
    const at = await page.evaluate(() => document.activeElement?.getAttribute("role"));
    if (at === role) return;
  }
  throw new Error(`No ${role} can be tabbed to`);
}
