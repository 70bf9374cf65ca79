import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import {
  fill,
  named,
  opened,
  pageTests,
  pickAction,
  roomLink,
  rows,
  say,
  shows,
  textsOf,
  until,
} from "./world.ts";

pageTests("catching up", ({ join, friend, origin }) => {
  test("a room opens at its first unread message, and only what was on the screen is read", async () => {
    const ada = await join("Ada", "#returned");
    await say(ada, "before");
    await elsewhere(ada);
    await fill(origin, named("returned"), 40);
    await roomLink(ada, named("returned")).getByText("40 unread").waitFor();
    await roomLink(ada, named("returned")).click();
    await inView(ada, "message 0");
    await ada.getByRole("log").getByText("New", { exact: true }).waitFor();
    await until(() => unreadOf(ada, "returned")).toBeLessThan(40);
    // The rest is below the screen, and the next visit begins with it.
    expect(await ada.getByRole("region", { name: "Unread messages" }).count()).toBe(0);
    await elsewhere(ada);
    const left = await unreadOf(ada, "returned");
    expect(left).toBeGreaterThan(0);
    await roomLink(ada, named("returned")).click();
    await until(() => firstInView(ada)).toMatch(new RegExp(`^message ${40 - left} at`));
    await ada.getByRole("log").hover();
    await until(async () => {
      await ada.mouse.wheel(0, 300);
      return unreadOf(ada, "returned");
    }).toBe(0);
  });

  test("where the first unread message is far away a bar leads there, and marks all as read", async () => {
    const ada = await join("Ada", "#long-away");
    await say(ada, "before");
    await elsewhere(ada);
    await fill(origin, named("long-away"), 120);
    // The page has not kept what came while it was away.
    await ada.reload();
    await opened(ada);
    await roomLink(ada, named("long-away")).click();
    const bar = ada.getByRole("region", { name: "Unread messages" });
    await bar.getByRole("button", { name: "120 new" }).click();
    await inView(ada, "message 0");
    await bar.waitFor({ state: "detached" });
    await ada.keyboard.press("End");
    await ada.getByRole("button", { name: /Latest|new/ }).click();
    await inView(ada, "message 119");
    expect(await unreadOf(ada, "long-away")).toBeGreaterThan(60);
    await bar.getByRole("button", { name: "Mark as read" }).click();
    await until(() => unreadOf(ada, "long-away")).toBe(0);
    await bar.waitFor({ state: "detached" });
    await inView(ada, "message 119");
  });

  test("Escape marks a room as read and leads to its end", async () => {
    const ada = await join("Ada", "#escaped");
    await say(ada, "before");
    await elsewhere(ada);
    await fill(origin, named("escaped"), 60);
    await ada.reload();
    await opened(ada);
    await roomLink(ada, named("escaped")).click();
    await ada.getByRole("region", { name: "Unread messages" }).waitFor();
    await ada.keyboard.press("Escape");
    await until(() => unreadOf(ada, "escaped")).toBe(0);
    await inView(ada, "message 59");
  });

  test("nothing is read in a window that has not got the focus", async () => {
    const ada = await join("Ada", "#behind");
    const bob = await friend("Bob", "behind");
    await focus(ada, false);
    await bob.say("seen by nobody");
    await shows(ada, ["seen by nobody"]);
    await until(() => ada.title()).toMatch(/^\(1\)/);
    await focus(ada, true);
    await until(() => ada.title()).not.toMatch(/^\(/);
  });

  test("a message can be marked as unread, and is until the room is opened again", async () => {
    const ada = await join("Ada", "#kept-unread");
    const bob = await friend("Bob", "kept-unread");
    await bob.say("one", "two", "three");
    await shows(ada, ["one", "two", "three"]);
    await until(() => ada.title()).not.toMatch(/^\(/);
    await pickAction(ada, rows(ada).filter({ hasText: "two" }), "Mark as unread");
    await until(() => ada.title()).toMatch(/^\(2\)/);
    await elsewhere(ada);
    await roomLink(ada, named("kept-unread")).getByText("2 unread").waitFor();
    await roomLink(ada, named("kept-unread")).click();
    await until(() => ada.title()).not.toMatch(/^\(/);
  });

  test("each room keeps the place where one was reading, and opening it again is one request", async () => {
    await fill(origin, named("first"), 45);
    const ada = await join("Ada", "#first");
    const asked = requests(ada);
    await ada.reload();
    await opened(ada);
    await inView(ada, "message 44");
    await ada.getByRole("log").hover();
    await ada.mouse.wheel(0, -700);
    await ada.getByRole("button", { name: "Latest" }).waitFor();
    const place = await firstInView(ada);
    await elsewhere(ada);
    asked.length = 0;
    await roomLink(ada, named("first")).click();
    await ada.getByRole("button", { name: "Latest" }).waitFor();
    await until(() => firstInView(ada)).toEqual(place);
    await until(() => asked).toEqual(["joinRoom"]);
    await elsewhere(ada);
    await until(() => asked).toEqual(["joinRoom", "joinRoom"]);
  });

  test("Alt+Shift+Down goes from one room with unread messages to the next", async () => {
    const ada = await join("Ada", "#room-a");
    for (const room of ["room-b", "room-c"]) {
      await ada.goto(`${origin}/#${named(room)}`);
      await ada.getByRole("button", { name: "Make the room" }).press("Enter");
      await ada.getByRole("textbox", { name: `Message to ${named(room)}` }).waitFor();
    }
    await elsewhere(ada);
    for (const room of ["room-c", "room-a"]) await (await friend("Bob", room)).say("here");
    for (const room of ["room-a", "room-c"]) {
      await roomLink(ada, named(room)).getByText("1 unread").waitFor();
    }
    for (const room of ["room-a", "room-c"]) {
      await ada.keyboard.press("Alt+Shift+ArrowDown");
      await ada.getByRole("textbox", { name: `Message to ${named(room)}` }).waitFor();
      await roomLink(ada, named(room)).getByText("unread").waitFor({ state: "detached" });
    }
  });
});

/** Goes to the lobby, where nothing stays new to this person for long. */
async function elsewhere(page: Page): Promise<void> {
  await roomLink(page, "Lobby").click();
  await page.getByRole("textbox", { name: "Message to Lobby" }).waitFor();
}

async function inView(page: Page, text: string): Promise<void> {
  const line = rows(page).getByText(text, { exact: true });
  await until(async () => {
    const [row, log] = [await line.boundingBox(), await page.getByRole("log").boundingBox()];
    return row && log && row.y >= log.y && row.y + row.height <= log.y + log.height;
  }).toBe(true);
}

/** The text at the upper edge of the timeline. */
async function firstInView(page: Page): Promise<string | undefined> {
  const top = (await page.getByRole("log").boundingBox())?.y ?? 0;
  const texts = await textsOf(page);
  for (const text of texts) {
    const box = await rows(page).getByText(text, { exact: true }).boundingBox();
    if (box && box.y >= top) return `${text} at ${Math.round(box.y - top)}`;
  }
  return undefined;
}

/** The sidebar's unread count of a room; 0 if it shows none. */
async function unreadOf(page: Page, room: string): Promise<number> {
  const said = await roomLink(page, named(room))
    .getByText(/unread/)
    .allTextContents();
  return Number.parseInt(said[0] ?? "0", 10);
}

/** Gives the window the focus, or takes it. */
async function focus(page: Page, focused: boolean): Promise<void> {
  await page.evaluate((focused) => {
    document.hasFocus = () => focused;
    window.dispatchEvent(new Event(focused ? "focus" : "blur"));
  }, focused);
}

/** The events that the page sends from now on, but for keepalives and what it tells of itself. */
function requests(page: Page): string[] {
  const sent: string[] = [];
  page.on("websocket", (socket) =>
    socket.on("framesent", ({ payload }) => {
      const { action } = JSON.parse(String(payload));
      if (!["connect", "ping", "read", "typing"].includes(action)) sent.push(action);
    }),
  );
  return sent;
}
