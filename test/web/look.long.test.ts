import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { ANSWER_TIMEOUT_MS } from "../../web/chat/wire/wire.ts";
import { joinAmong, type MadeUp } from "./made-up.ts";
import { changeAnswers } from "./network.ts";
import { composer, pageTests, rows, say, shows, until } from "./world.ts";
import { xss } from "./xss.ts";

const DAY = 24 * 3_600_000;

pageTests("what messages look like", ({ join, visit, blank }) => {
  test("messages of one author within 5 minutes form a group, and days have names that change at midnight", async () => {
    const page = await visit("#days", await blank({ timezoneId: "UTC", locale: "en-GB" }));
    const today = Math.floor(Date.now() / DAY) * DAY;
    await page.clock.install({ time: today + DAY - 60_000 });
    const bob = { id: "1".repeat(20), name: "Bob" };
    await joinAmong(page, [
      { text: "long ago", at: Date.UTC(2020, 1, 29, 12) },
      { text: "late", at: today - 30_000 },
      { text: "early", at: today + 30_000 },
      { text: "same group", at: today + 330_000 },
      { text: "next group", at: today + 631_000 },
      { text: "of Bob", at: today + 632_000, author: bob },
    ]);
    await until(() => daysOf(page)).toEqual([
      expect.stringContaining("29 February 2020"),
      "Yesterday",
      "Today",
    ]);
    expect(
      await rows(page).evaluateAll((all) =>
        all.map((row) => `${row.dataset.starts} ${row.querySelector("p")?.textContent}`),
      ),
    ).toEqual([
      "true long ago",
      "true late",
      "true early",
      "false same group",
      "true next group",
      "true of Bob",
    ]);
    await page.clock.fastForward(120_000);
    const { 1: named } = new Date(today - DAY).toUTCString().split(", ");
    const [day = ""] = named?.split(" ") ?? [];
    await until(() => daysOf(page).then((days) => days.slice(1))).toEqual([
      expect.stringContaining(`${Number(day)} `),
      "Yesterday",
    ]);
  });

  test("times have the reader's clock and the page's language, and the full date shows on hover and focus", async () => {
    const page = await visit(
      "#times",
      await blank({ timezoneId: "Europe/Berlin", locale: "de-DE" }),
    );
    await joinAmong(page, [{ text: "midsummer", at: Date.UTC(2024, 5, 21, 15, 4, 5) }]);
    const time = rows(page).locator("time");
    expect(await time.innerText()).toBe("17:04");
    expect(await time.getAttribute("datetime")).toBe("2024-06-21T15:04:05.000Z");
    const full = () =>
      time.evaluate((element) => {
        const { content, display } = getComputedStyle(element, "::after");
        return display === "none" ? "" : content;
      });
    expect(await full()).toBe("");
    await time.hover();
    expect(await full()).toContain("Friday, June 21, 2024 at 17:04:05");
    await composer(page).hover();
    expect(await full()).toBe("");
    await page.getByRole("log").focus();
    await page.keyboard.press("ArrowUp");
    expect(await full()).toContain("Friday, June 21, 2024");
  });

  test("markup in names and texts is inert and shown as typed", async () => {
    const page = await visit("#evil");
    await page.exposeFunction("hit", () => {
      throw new Error("Something of a message has run");
    });
    await joinAmong(
      page,
      xss.map((text, index): MadeUp => {
        return { text, author: { id: `${index}`.padStart(20, "e"), name: text.slice(0, 32) } };
      }),
    );
    const log = page.getByRole("log");
    for (let seen = 0, last = -1; seen !== last; ) {
      last = seen;
      const found = await log.evaluate((element) => ({
        tags: [
          ...new Set([...element.querySelectorAll("article *")].map(({ tagName }) => tagName)),
        ],
        hrefs: [...element.querySelectorAll("a")].map(({ href }) => href),
        attributes: [...element.querySelectorAll("article *")].flatMap((one) =>
          one.getAttributeNames().filter((name) => /^on|^src/.test(name)),
        ),
      }));
      expect(allowedTags).toEqual(expect.arrayContaining(found.tags));
      for (const href of found.hrefs) expect(href).toMatch(/^(https?|mailto):/);
      expect(found.attributes).toEqual([]);
      await log.evaluate((element) => element.scrollBy(0, -element.clientHeight));
      await settled(page);
      seen = await log.evaluate((element) => element.scrollTop);
    }
    const first = rows(page).first();
    expect(await first.locator("p").innerText()).toBe(xss[0]);
    expect(await first.locator("strong").innerText()).toBe(xss[0]?.slice(0, 32));
  });

  test("Markdown becomes elements, links open in a new tab, long words wrap and code scrolls", async () => {
    const page = await visit("#text", await blank({ viewport: { width: 700, height: 900 } }));
    await joinAmong(page, [
      { text: "*so* **very** ~~not~~ `code` <b>" },
      { text: "see https://example.org/a?b=c, [this](http://example.org) or me@example.org" },
      { text: "W".repeat(400) },
      { text: `\`\`\`\n${"wide ".repeat(80)}\n\`\`\`` },
      { text: "👋 🚢" },
      { text: "- one\n- two\n\n> said" },
    ]);
    await rows(page).nth(5).waitFor();
    const row = (index: number) => rows(page).nth(index);
    expect(await row(0).locator("p").innerHTML()).toBe(
      "<em>so</em> <strong>very</strong> <del>not</del> <code>code</code> &lt;b&gt;",
    );
    const links = row(1).getByRole("link");
    expect(await links.evaluateAll((all) => all.map((link) => link.getAttribute("href")))).toEqual([
      "https://example.org/a?b=c",
      "http://example.org/",
      "mailto:me@example.org",
    ]);
    expect(await links.first().getAttribute("rel")).toContain("noopener");
    const overflow = (selector: string) =>
      page.locator(selector).evaluate((one) => one.scrollWidth - one.clientWidth);
    expect(await overflow("[role=log]")).toBe(0);
    expect(await overflow("[role=log] pre")).toBeGreaterThan(100);
    const sizes = await rows(page)
      .locator("p")
      .evaluateAll((all) => all.map((one) => Number.parseFloat(getComputedStyle(one).fontSize)));
    expect(Math.max(...sizes)).toBe(28);
    expect(await row(5).getByRole("listitem").allInnerTexts()).toEqual(["one", "two"]);
    expect(await row(5).locator("blockquote").innerText()).toBe("said");
  });

  test("the page says so if a part of it did not load, and offers to reload", async () => {
    const page = await visit();
    await page.route("**/page-*.js", (route) => route.abort());
    await page.reload();
    await page.getByLabel("Your name").fill("Ada");
    await page.keyboard.press("Enter");
    await page.getByText("Part of the page did not load.").waitFor();
    await page.unroute("**/page-*.js");
    await page.getByRole("button", { name: "Reload" }).click();
    await page.getByRole("heading", { name: "Lobby" }).waitFor();
  });

  test("an empty room says so and leads to the composer", async () => {
    const page = await visit("#nobody-yet");
    await joinAmong(page, []);
    await page.getByText("Nothing has been said here yet.").waitFor();
    await page.getByRole("button", { name: "Write the first message" }).click();
    expect(await composer(page).evaluate((field) => field === document.activeElement)).toBe(true);
  });

  test("a slow room shows a placeholder after 200 ms, and a room that did not open can be tried again", async () => {
    const page = await join("Ada", "#slow");
    let asked = 0;
    await changeAnswers(page, "joinRoom", (answer) => {
      asked++;
      // The first answer is lost.
      if (asked === 1) return new Promise(() => {});
      const error = { code: "forbidden", message: "Not today" };
      return asked === 2 ? { ok: false, error } : answer;
    });
    // The page does not try again by itself.
    await page.addInitScript(withoutTimer, ANSWER_TIMEOUT_MS);
    await page.reload();
    const outline = page.getByRole("status").filter({ hasText: "Loading…" });
    await outline.waitFor();
    expect(await outline.evaluate((one) => getComputedStyle(one).animationDelay)).toBe("0.2s");
    await until(() => outline.evaluate((one) => getComputedStyle(one).opacity)).toBe("1");
    const words = outline.getByText("This is taking longer than it should.");
    expect(await words.evaluate((one) => getComputedStyle(one).animationDelay)).toBe("3s");
    await words.getByRole("button", { name: "Try again" }).click();
    await page.getByText("The room could not be opened").waitFor();
    await page.getByText("Not today").waitFor();
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("Nothing has been said here yet.").waitFor();
  });

  test("a message that has to wait says so, can be deleted, and is sent when it may be", async () => {
    const page = await blank();
    let refusals = 3;
    await changeAnswers(page, "message", (answer) => {
      const error = { code: "rate_limited", message: "Too many messages in a few seconds" };
      return refusals-- > 0 ? { ok: false, error } : answer;
    });
    await join("Ada", "#limited", page);
    await say(page, "in a hurry");
    const waiting = rows(page)
      .getByRole("status")
      .filter({ hasText: "Not sent yet. Too many messages" });
    await waiting.getByRole("button", { name: "Delete" }).waitFor();
    await shows(page, ["in a hurry"]);
    await waiting.waitFor({ state: "detached" });
  });
});

const allowedTags = [
  ..."ARTICLE BUTTON SMALL SPAN HEADER STRONG BDI TIME DIV P A EM DEL CODE PRE UL OL LI BLOCKQUOTE HR BR".split(
    " ",
  ),
];

function daysOf(page: Page): Promise<string[]> {
  return page
    .getByRole("log")
    .locator("p:has(> span:only-child)")
    .evaluateAll((all) =>
      all
        .filter((one) => one.closest("article") === null)
        .toSorted((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
        .map((one) => one.textContent ?? ""),
    );
}

/** Waits for two frames, after which the layout is settled. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise((resolve) =>
        requestAnimationFrame(() => requestAnimationFrame(() => resolve(0))),
      ),
  );
}

/** Runs in the page: timers of this length never fire. */
function withoutTimer(never: number): void {
  const { setTimeout } = window;
  Object.assign(window, {
    setTimeout: (act: () => void, ms?: number, ...rest: unknown[]) =>
      ms === never ? 0 : setTimeout(act, ms, ...rest),
  });
}
