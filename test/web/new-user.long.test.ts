import { randomUUID } from "node:crypto";
import type { BrowserContextOptions, Locator, Page } from "playwright-core";
import { io } from "socket.io-client";
import { expect, test } from "vitest";
import { natter } from "../../protocol/client/natter.ts";
import { named, pageTests, until } from "./world.ts";

/**
 * What people do who come to the page for the first time, on a desktop and on a phone. They know no
 * more of it than what it shows: here are roles and visible names alone.
 */

/** A person at the page. */
class Visitor {
  readonly page: Page;
  readonly #phone: boolean;

  constructor(page: Page, phone: boolean) {
    this.page = page;
    this.#phone = phone;
  }

  press(what: Locator): Promise<void> {
    return this.#phone ? what.tap() : what.click();
  }

  button(name: string | RegExp): Promise<void> {
    return this.press(this.page.getByRole("button", { name }));
  }

  composer(room: string): Locator {
    return this.page.getByRole("textbox", { name: `Message to ${room}` });
  }

  async comeIn(name: string): Promise<void> {
    await this.page.getByLabel("Your name").fill(name);
    await this.button("Start talking");
  }

  async write(room: string, text: string): Promise<void> {
    await this.composer(room).fill(text);
    if (this.#phone) await this.button("Send");
    else await this.page.keyboard.press("Enter");
    await this.message(text).waitFor();
  }

  message(text: string): Locator {
    return this.page.getByRole("article").filter({ hasText: text }).last();
  }

  /** The list of rooms: a phone has it in a drawer. */
  async room(name: string): Promise<Locator> {
    if (this.#phone) await this.button("Rooms");
    return this.page.getByRole("navigation").getByRole("link", { name });
  }

  async goTo(name: string): Promise<void> {
    await this.press(await this.room(name));
    await this.composer(name).waitFor();
  }

  /** Scrolls the messages by so many px, with the wheel or a finger. */
  async scroll(by: number): Promise<void> {
    const { x, y, width, height } = await boxOf(this.page.getByRole("log"));
    const middle = { x: x + width / 2, y: y + height / 2 };
    if (!this.#phone) {
      await this.page.mouse.move(middle.x, middle.y);
      return this.page.mouse.wheel(0, by);
    }
    const session = await this.page.context().newCDPSession(this.page);
    const touch = (type: "touchStart" | "touchMove" | "touchEnd", moved: number) => {
      const touchPoints = type === "touchEnd" ? [] : [{ ...middle, y: middle.y - moved }];
      return session.send("Input.dispatchTouchEvent", { type, touchPoints });
    };
    // All at once: on a busy machine, a finger that waits for an answer rests long enough for a menu.
    await Promise.all([
      touch("touchStart", 0),
      ...[0.25, 0.5, 0.75, 1].map((part) => touch("touchMove", part * by)),
      touch("touchEnd", by),
    ]);
    await session.detach();
  }

  /** The first message that is whole on the screen, and how far below the edge. */
  async place(): Promise<string> {
    const { y: top } = await boxOf(this.page.getByRole("log"));
    for (const line of await this.page.getByText(/^line \d+ of/).all()) {
      const box = await line.boundingBox();
      if (box && box.y >= top) return `${await line.textContent()}: ${Math.round(box.y - top)}`;
    }
    return "";
  }

  /** The same, once the messages have come to rest. */
  async restingPlace(): Promise<string> {
    let last = "";
    await until(async () => {
      const before = last;
      last = await this.place();
      return last === before;
    }).toBe(true);
    return last;
  }

  /** Scrolls on until a message is on the screen. */
  async readOn(text: string): Promise<void> {
    const found = this.page.getByText(text).last();
    await until(async () => {
      await this.scroll(350);
      return (await found.isVisible()) && (await this.hasOnScreen(found));
    }).toBe(true);
  }

  async sees(what: Locator): Promise<void> {
    await until(() => this.hasOnScreen(what)).toBe(true);
  }

  private async hasOnScreen(what: Locator): Promise<boolean> {
    const [box, log] = [await what.boundingBox(), await boxOf(this.page.getByRole("log"))];
    return box !== null && box.y >= log.y && box.y + box.height <= log.y + log.height;
  }
}

async function boxOf(what: Locator) {
  return (await what.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
}

/** Several people, each of whom writes some messages in a room. */
async function talk(origin: string, room: string, count: number): Promise<void> {
  const EACH = 15;
  for (let from = 0; from < count; from += EACH) {
    const socket = io(origin, {
      ...natter,
      auth: { name: named(`Guest ${from}`) },
      forceNew: true,
    });
    await socket.emitWithAck("joinRoom", { room });
    for (let n = from; n < from + EACH; n++) {
      const message = { room, id: randomUUID(), text: `line ${n} of ${room}` };
      expect((await socket.emitWithAck("message", message)).ok).toBe(true);
    }
    socket.disconnect();
  }
}

const DEVICES: [string, BrowserContextOptions][] = [
  ["a desktop", { viewport: { width: 1_280, height: 800 } }],
  ["a phone", { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }],
];

pageTests("a new user", ({ join, visit, blank, origin }) => {
  test.each(DEVICES)("finds their way on %s", async (device, options) => {
    const suffix = device === "a phone" ? "-p" : "";
    const rooms = {
      library: named(`library${suffix}`),
      hall: named(`hall${suffix}`),
      attic: named(`attic${suffix}`),
    };
    const { library, hall, attic } = rooms;
    const friendsName = `Q${randomUUID().slice(0, 8)}`;
    for (const room of Object.values(rooms)) await talk(origin, room, 30);
    const friend = new Visitor(await join(friendsName, `#hall${suffix}`), false);
    const user = new Visitor(
      await visit(`#library${suffix}`, await blank(options)),
      device === "a phone",
    );
    const { page } = user;

    await user.comeIn("Nora");
    await user.button("Join the room");
    await user.write(library, "hello");
    for (const room of [hall, attic]) {
      await page.goto(`${origin}/#${room}`);
      await user.button("Join the room");
      await user.composer(room).waitFor();
    }

    // A mistyped link.
    await page.goto(`${origin}/#${attic}s`);
    await page.getByText(`There is no room called ${attic}s`).waitFor();
    await user.press(page.getByRole("link", { name: "Go to the lobby" }));
    await user.composer("Lobby").waitFor();

    // What is written while they are away is read from its beginning to its end.
    await page.goto("about:blank");
    await talk(origin, library, 150);
    await page.goto(origin);
    await user.composer("Lobby").waitFor();
    const link = await user.room(library);
    await link.getByText("150 unread").waitFor();
    await user.press(link);
    await user.button(/^150 new/);
    await user.sees(page.getByText("New", { exact: true }));
    await user.sees(page.getByText(`line 0 of ${library}`).last());
    await user.readOn(`line 149 of ${library}`);
    await page.getByRole("button", { name: "Latest" }).waitFor({ state: "detached" });
    const read = await user.room(library);
    await read.getByText("unread").waitFor({ state: "detached" });
    await user.press(read);

    // Three rooms, each left where one was reading.
    const places: [string, string][] = [];
    for (const room of Object.values(rooms)) {
      await user.goTo(room);
      await user.scroll(-250);
      await page.getByRole("button", { name: "Latest" }).waitFor();
      places.push([room, await user.restingPlace()]);
    }
    for (const [room, place] of places) {
      await user.goTo(room);
      await until(() => user.place()).toBe(place);
    }

    // Somebody whose name they half remember.
    if (device === "a phone") await user.button("Search");
    else await page.keyboard.press("Control+k");
    await page.getByRole("combobox").waitFor();
    await page.keyboard.type(friendsName.slice(0, 5));
    const option = page.getByRole("option", { name: friendsName });
    await option.waitFor();
    if (device === "a phone") await option.tap();
    else await page.keyboard.press("Enter");
    await user.write(friendsName, "is that you?");
    await friend.goTo("Nora");
    await friend.message("is that you?").waitFor();

    // A new name, which the friend sees.
    if (device === "a phone") await user.button("Rooms");
    await user.button("You: Nora");
    await page.getByLabel("Your name").fill(named("Eleanor"));
    await user.button("Save the name");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await user.write(friendsName, "it is me");
    await friend.message("it is me").getByText(named("Eleanor")).first().waitFor();

    // A private room, left by mistake.
    if (device === "a phone") await user.button("Rooms");
    await user.button("New room");
    await page.getByLabel("Name", { exact: true }).fill("Den");
    await user.press(page.getByLabel("Private"));
    await user.button("Create the room");
    await user.write("Den", "precious");
    if (device === "a phone") await user.button("1 online");
    await user.button("Leave the room");
    await user.press(page.getByRole("dialog").getByRole("button", { name: "Leave", exact: true }));
    await user.composer("Lobby").waitFor();
    await user.button("Undo");
    await user.message("precious").waitFor();
    await user.write("Den", "still here");
  });
});
