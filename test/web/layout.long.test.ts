import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { composer, pageTests, say, shows, until } from "./world.ts";

const PHONE = { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true };

pageTests("the layout", ({ join, visit, blank }) => {
  test("nothing scrolls sideways at 320 pixels, whatever is written", async () => {
    const form = await visit("", await blank(PHONE));
    await withinWidth(form);
    const page = await join(
      `${"W".repeat(32)}`,
      "#a-room-with-quite-a-long-name-that-goes-on",
      await blank(PHONE),
    );
    await composer(page).fill("x".repeat(400));
    await page.getByRole("button", { name: "Send" }).click();
    await composer(page).fill("many words ".repeat(60));
    await page.getByRole("button", { name: "Send" }).click();
    await until(() => page.getByRole("article").count()).toBe(2);
    await withinWidth(page);

    await page.getByRole("button", { name: /online/ }).click();
    await page.getByRole("button", { name: "Members and invitations" }).click();
    const dialog = page.getByRole("dialog", { name: "People in this room" });
    await dialog.getByText("owner").waitFor();
    const wider = dialog.locator("> div").evaluate((one) => one.scrollWidth - one.clientWidth);
    expect(await wider).toBe(0);
  });

  test("on a phone, rooms and people are drawers that close when they have been used", async () => {
    const page = await join("Ada", "#tea", await blank(PHONE));
    const rooms = page.getByRole("navigation", { name: "Rooms" });
    expect(await rooms.isVisible()).toBe(false);
    await page.getByRole("button", { name: "Rooms" }).click();
    await withinWidth(page);
    await rooms.getByRole("link", { name: "Lobby" }).click();
    await page.getByRole("heading", { name: "Lobby" }).waitFor();
    await rooms.waitFor({ state: "hidden" });
    await page.getByRole("button", { name: /online/ }).click();
    await page.getByRole("complementary", { name: "People" }).getByText("(you)").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("complementary", { name: "People" }).waitFor({ state: "hidden" });
  });

  test("touch targets are at least 44 pixels high", async () => {
    const page = await join("Ada", "#targets", await blank(PHONE));
    await page.getByRole("button", { name: "Rooms" }).click();
    // Tints have the hue of the page, and are not mauve.
    const link = page.getByRole("navigation").getByRole("link", { name: "Lobby" });
    await link.hover();
    const tint = await link.evaluate((one) => getComputedStyle(one).backgroundColor);
    expect(Number(/^oklab\(\S+ \S+ (\S+)/.exec(tint)?.[1])).toBeGreaterThan(0);
    const small = await page
      .locator("button:visible, input:visible, textarea:visible, nav a:visible")
      .evaluateAll((all) => all.filter((one) => one.getBoundingClientRect().height < 44).length);
    expect(small).toBe(0);
  });

  test("the composer keeps the focus after a message is sent", async () => {
    const page = await join("Ada", "#focus");
    const send = page.getByRole("button", { name: "Send" });
    const colour = () => send.evaluate((one) => getComputedStyle(one).backgroundColor);
    const disabled = await colour();
    await say(page, "hello");
    await shows(page, ["hello"]);
    await composer(page).fill("again");
    await send.click();
    await shows(page, ["hello", "again"]);
    await until(colour).toBe(disabled);
    expect(await composer(page).evaluate((field) => field === document.activeElement)).toBe(true);
  });

  test("everything is there at 200 % zoom, with reduced motion and in forced colours", async () => {
    // What remains of 1280 by 800 pixels at 200 %.
    const page = await join(
      "Ada",
      "#zoomed",
      await blank({ viewport: { width: 640, height: 400 } }),
    );
    await say(page, "hello");
    await shows(page, ["hello"]);
    await withinWidth(page);
    const box = await composer(page).boundingBox();
    expect((box?.y ?? 400) + (box?.height ?? 0)).toBeLessThanOrEqual(400);

    await page.emulateMedia({ reducedMotion: "reduce" });
    const moving = await page.evaluate(
      () =>
        [...document.querySelectorAll("*")].filter((one) => {
          const { animationDuration, transitionDuration } = getComputedStyle(one);
          return /[1-9]/.test(animationDuration + transitionDuration);
        }).length,
    );
    expect(moving).toBe(0);

    await page.emulateMedia({ forcedColors: "active" });
    const thread = await page
      .getByRole("article")
      .evaluate((row) => getComputedStyle(row).borderLeft);
    expect(thread).toMatch(/^3px solid/);
  });

  test("the composer grows to 40 % of the height, and its text has at least 16 pixels", async () => {
    const page = await join("Ada", "#tall", await blank(PHONE));
    await composer(page).fill("line\n".repeat(40));
    await page.getByRole("button", { name: "Send" }).click();
    await shows(page, ["line\n".repeat(40).trim()]);
    await composer(page).fill("line\n".repeat(60));
    // One tall text in the place of another: the list stays at its end.
    await composer(page).fill("");
    await composer(page).fill("other line\n".repeat(60));
    const below = () =>
      page.getByRole("log").evaluate((log) => log.scrollHeight - log.scrollTop - log.clientHeight);
    await until(below).toBeLessThan(2);
    const box = await composer(page).boundingBox();
    expect(Math.abs((box?.height ?? 0) - 0.4 * 640)).toBeLessThan(2);
    expect((box?.y ?? 640) + (box?.height ?? 0)).toBeLessThanOrEqual(640);
    const small = await page
      .locator("input, textarea")
      .evaluateAll((all) =>
        all.filter((one) => Number.parseFloat(getComputedStyle(one).fontSize) < 16),
      );
    expect(small).toEqual([]);
  });

  test("dark and light follow the system", async () => {
    const light = await visit("", await blank({ colorScheme: "light" }));
    const dark = await visit("", await blank({ colorScheme: "dark" }));
    const brightness = (page: Page) =>
      page.evaluate(() => {
        const canvas = document.createElement("canvas").getContext("2d");
        if (canvas === null) throw new Error("There is no canvas");
        canvas.fillStyle = getComputedStyle(document.body).backgroundColor;
        canvas.fillRect(0, 0, 1, 1);
        return Math.max(...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3));
      });
    expect(await brightness(light)).toBeGreaterThan(240);
    expect(await brightness(dark)).toBeLessThan(60);
  });
});

async function withinWidth(page: Page): Promise<void> {
  const [scroll, width] = await page.evaluate(() => {
    const root = document.documentElement;
    const log = document.querySelector("[role=log]");
    const over = log === null ? 0 : log.scrollWidth - log.clientWidth;
    return [root.scrollWidth + over, root.clientWidth];
  });
  expect(scroll).toBe(width);
}
