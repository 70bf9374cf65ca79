import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type axe from "axe-core";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { joinAmong } from "./made-up.ts";
import { changeAnswers, switchable } from "./network.ts";
import { composer, joinAs, pageTests, rows, say, shows, until } from "./world.ts";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

await pageTests("accessibility", ({ visit, join }) => {
  test("P0-18: axe finds nothing in any state, light and dark", async () => {
    const page = await visit("#states", { viewport: { width: 1280, height: 800 } });
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
    await clean(page, "the rail");
    await page.evaluate(() => {
      location.hash = "#p-secret";
    });
    await page.getByText("There is no such room").waitFor();
    await clean(page, "no such room");
  });

  test("P0-18: axe finds nothing in what can be done with messages and people", async () => {
    const page = await join("Ada", "#acting-states", { viewport: { width: 1280, height: 800 } });
    const bob = await join("Bob", "#acting-states");
    await say(page, "first", "second");
    await rows(page).first().hover();
    await rows(page).first().getByRole("button", { name: "React" }).click();
    await page.getByRole("gridcell", { name: "grinning face", exact: true }).waitFor();
    await clean(page, "the emoji");
    await page.getByRole("dialog").getByRole("button", { name: "👍" }).click();
    await rows(page).first().hover();
    await rows(page).first().getByRole("button", { name: "Reply" }).click();
    await clean(page, "a reply, and a reaction");
    await say(page, "third");
    await rows(page).nth(1).hover();
    await rows(page).nth(1).getByRole("button", { name: "Delete" }).click();
    await composer(page).pressSequentially("@Bo");
    await page.getByRole("option", { name: "Bob" }).waitFor();
    await composer(bob).pressSequentially("hi");
    await page.getByText("Bob is typing…").waitFor();
    await clean(page, "a quote, a deletion, a completion and somebody who types");
    await composer(page).fill("");
    for (const name of ["You: Ada", "Bob", "Room settings"]) {
      await page.getByRole("button", { name, exact: true }).first().click();
      await page.getByRole("dialog").waitFor();
      await clean(page, name);
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

  test("P0-18: axe finds nothing while offline, with messages that wait and that have failed", async () => {
    const page = await visit("#offline-states");
    const network = await switchable(page);
    await page.reload();
    await joinAs(page, "Ada");
    await network.cut();
    await say(page, "waits");
    await page.getByText("Reconnecting…").waitFor();
    await clean(page, "offline");

    const refused = await visit("#refused-states");
    await changeAnswers(refused, "message", () => {
      return { ok: false, error: { code: "forbidden", message: "Not now" } };
    });
    await refused.reload();
    await joinAs(refused, "Ada");
    await say(refused, "fails");
    await refused.getByText("Not sent. Not now").waitFor();
    await clean(refused, "a failed message");
    await refused.getByRole("button", { name: "Delete" }).focus();
    await refused.keyboard.press("Enter");
    await refused.getByText("Not sent.").waitFor({ state: "detached" });
    expect(await focused(refused)).toBe("TEXTAREA");
  });

  test("P0-18: axe finds nothing in a crowded past with a divider and days", async () => {
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

  test("P0-18: a screen reader hears what others say, bursts summed up; not history, not oneself", async () => {
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
    await say(bob, "two", "three", "four");
    await until(() => heard().then((all) => all.slice(1).join())).toMatch(
      /new messages from Bob|Bob: (two|three|four)/,
    );
    await shows(ada, ["history", "my own", "one", "two", "three", "four"]);
    expect((await heard()).length).toBeLessThan(4);
  });

  test("P0-18: by keyboard alone one joins, reads, changes room and comes back to the composer", async () => {
    const page = await visit();
    await page.keyboard.type("Ada");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Lobby" }).waitFor();
    await page.keyboard.type("first");
    await page.keyboard.press("Enter");
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

    for (const _ of ["React", "Reply", "Edit", "Copy link", "Copy text", "Delete"]) {
      await page.keyboard.press("Tab");
    }
    await page.keyboard.press("Enter");
    expect(await focused(page)).toBe("ARTICLE");
    await page.getByText("This message was deleted.").waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    expect(await focused(page)).toBe("ARTICLE");
    await shows(page, ["first", "second"]);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "React" }).waitFor();
    await page.keyboard.press("Escape");
    await until(() => focused(page)).toBe("ARTICLE");

    await page.evaluate(() => {
      location.hash = "#elsewhere";
    });
    await page.getByRole("heading", { name: "elsewhere" }).waitFor();
    await until(() => focused(page)).toBe("TEXTAREA");
  });
});

/** Nothing is wrong on the page, in light and in dark. */
async function clean(page: Page, state: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.evaluate(source);
    const { violations } = await page.evaluate(() =>
      (window as unknown as { axe: typeof axe }).axe.run(document, { resultTypes: ["violations"] }),
    );
    const found = violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)]);
    expect(found, `${state}, ${colorScheme}`).toEqual([]);
  }
}

/** What the live region says from now on. */
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
