import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BrowserContextOptions, Page } from "playwright-core";
import { ok } from "../support/acks.ts";
import { openBrowser } from "../support/browser.ts";
import { type Client, openBare } from "../support/clients.ts";
import { startStack } from "../support/stack.ts";

// npm run pictures   takes the pictures that the README shows, of the page as it is

const FOLDER = fileURLToPath(new URL("../../docs/images", import.meta.url));
const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 760 };

/** Writes a conversation as in a harbour. @returns the room, and the person who types */
async function talk(origin: string): Promise<{ room: string; typist: Client }> {
  const come = (name: string) => openBare(origin, { name });
  const [ines, tomasz, mara, ueli, noor] = [
    await come("Inès Duval"),
    await come("Tomasz"),
    await come("Mara Lindqvist"),
    await come("Ueli Brunner"),
    await come("Noor"),
  ];
  for (const name of ["Night watch", "Regatta 2027", "Tide tables"]) {
    ok(await noor.emit("createRoom", { name }));
  }
  const facts = { name: "Harbour office", topic: "Berths, cranes and coffee" };
  const room = ok(await ines.emit("createRoom", facts)).room.id;
  for (const client of [tomasz, mara, ueli, noor]) ok(await client.emit("joinRoom", { room }));
  const say = async (client: Client, text: string, replyTo?: number) =>
    ok(await client.emit("message", { room, id: randomUUID(), text, ...(replyTo && { replyTo }) }))
      .entry.seq;
  await say(
    ines,
    "Morning! The boat from Calais is **40 minutes late**, so there is time for coffee.\n\n" +
      "I am at the café by the pier: https://example.org/cafe-du-port",
  );
  await say(tomasz, "On my way. Can someone check whether the crane is free at ten?");
  await say(
    mara,
    "It is. I booked it from `10:00` to `11:30`, the terminal says:\n" +
      "```\nCRANE 2   10:00–11:30   NATTER/HARBOUR   confirmed\nCRANE 3   out of order\n```",
  );
  const list = await say(
    ueli,
    "Three things to bring, then:\n- the papers\n- two straps\n- *patience*",
  );
  const seq = await say(mara, "I have the straps ~~and the patience~~.", list);
  for (const client of [ines, ueli]) {
    ok(await client.emit("react", { room, id: randomUUID(), seq, emoji: "❤️", on: true }));
  }
  ok(await noor.emit("react", { room, id: randomUUID(), seq, emoji: "😂", on: true }));
  return { room, typist: mara };
}

const browser = await openBrowser();
if (typeof browser === "string") throw new Error(browser);
const stack = await startStack();
try {
  const scene = await talk(stack.origin);
  const open = async (options: BrowserContextOptions) => {
    const context = await browser.newContext({ locale: "en-US", ...options });
    const page = await context.newPage();
    await page.goto(`${stack.origin}/#${scene.room}`);
    return { context, page };
  };
  const shoot = async (page: Page, name: string) => {
    await page.getByText("I have the straps").waitFor();
    await page.getByText("Tide tables").waitFor({ state: "attached" });
    await page.screenshot({ path: join(FOLDER, `${name}.png`) });
  };
  const { context, page } = await open({ viewport: DESKTOP });
  await page.getByLabel("Your name").fill("Jonas Weber");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Join the room" }).click();
  await page.getByRole("textbox", { name: "Message" }).fill("I'll bring the papers");
  scene.typist.send("typing", { room: scene.room });
  await page.getByText("Mara Lindqvist is typing").waitFor();
  await page.getByText("Can someone check").hover();
  await page.getByRole("toolbar", { name: "Message actions" }).waitFor();
  await shoot(page, "light");
  const storageState = await context.storageState();
  await context.close();
  const dark = await open({ viewport: DESKTOP, colorScheme: "dark", storageState });
  await shoot(dark.page, "dark");
  await dark.context.close();
  const phone = await open({ viewport: PHONE, deviceScaleFactor: 2, hasTouch: true, storageState });
  await shoot(phone.page, "phone");
} finally {
  await browser.close();
  await stack.remove();
}
