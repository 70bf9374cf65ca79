import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { io, type Socket } from "socket.io-client";
import { describe, expect, test } from "vitest";
import { natter } from "../../protocol/client/natter.ts";
import { ok } from "../support/acks.ts";
import { BareSocket, openBare } from "../support/clients.ts";
import { stack } from "./world.ts";

/** Socket.IO's tutorial (https://socket.io/docs/v4/tutorial/introduction), its client as it stands. */

/** Speaks as the tutorial's page does; `shown` is the list that its page fills. */
interface Page {
  say(text: string): void;
  shown: string[];
  close(): unknown;
}

async function openTutorial(): Promise<Page> {
  const socket: Socket = io(stack.origin, { ...natter, auth: { name: "Page" }, forceNew: true });
  const shown: string[] = [];
  socket.on("chat message", (message: string) => shown.push(message));
  await new Promise((resolve) => socket.once("session", resolve));
  return {
    say: (text) => void socket.emit("chat message", text),
    shown,
    close: () => socket.close(),
  };
}

async function openFrames(): Promise<Page> {
  const socket = await BareSocket.open(stack.origin);
  await socket.connect({ name: "Frames" });
  return {
    say: (text) => socket.frame({ action: "chat message", data: [text] }),
    get shown() {
      return socket.heard.all("chat message").map(([text]) => String(text));
    },
    close: () => socket.close(),
  };
}

describe.each([
  ["the tutorial's page", openTutorial],
  ["a bare WebSocket", openFrames],
])("with %s", (_, open) => {
  test("a `chat message` is a message in the lobby, and comes back to all who speak like that", async () => {
    const [ada, bob] = [await open(), await open()];
    const member = await openBare(stack.origin, { name: "Member" });
    ada.say("hello");
    const [entry] = await member.heard.next("message", ({ text }) => text === "hello");
    expect(entry).toMatchObject({ room: "lobby", kind: "message", text: "hello" });
    await expect.poll(() => ada.shown).toEqual(["hello"]);
    bob.say("hi");
    await expect.poll(() => bob.shown).toEqual(["hi"]);
    await expect.poll(() => ada.shown).toEqual(["hello", "hi"]);
    // Who opens the lobby goes on hearing it; who never said one hears only messages.
    ada.say("bye");
    await expect.poll(() => bob.shown).toEqual(["hi", "bye"]);
    await member.heard.next("message", ({ text }) => text === "bye");
    expect(member.heard.all("chat message")).toEqual([]);
    await Promise.all([ada.close(), bob.close(), member.close()]);
  });
});

test("CONTRIBUTING.md shows the code of the event as it is", () => {
  const read = (path: string) =>
    readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), "utf8");
  const code = [
    "protocol/events.ts",
    "functions/events/chat-message.ts",
    "functions/events/event-table.ts",
  ]
    .map(read)
    .join("\n");
  const shown = [...read("CONTRIBUTING.md").matchAll(/^ {3}```ts\n(.+?)^ {3}```$/gms)]
    .flatMap(([, block = ""]) => block.split("\n"))
    .map((line) => line.replace(/ {2,}\/\/.*/, "").trim());
  expect(shown.length).toBeGreaterThan(10);
  expect(shown.filter((line) => !code.includes(line))).toEqual([]);
});

test("it goes on after the lobby is opened, and is refused like any event", async () => {
  const socket = await BareSocket.open(stack.origin);
  expect(await socket.emit("chat message", "hi")).toMatchObject({
    error: { code: "unauthorized" },
  });
  await socket.connect({ name: "Ada" });
  const first = await socket.emit("chat message", "first");
  expect(first).toMatchObject({ ok: true, entry: { room: "lobby", text: "first" } });
  ok(await socket.emit("joinRoom", { room: "lobby" }));
  const other = await BareSocket.open(stack.origin);
  await other.connect({ name: "Bob" });
  await other.emit("chat message", "from Bob");
  expect(await socket.heard.next("chat message", (text) => text === "from Bob")).toEqual([
    "from Bob",
    expect.any(String),
  ]);
  for (const [data, code] of [
    ["", "bad_request"],
    [undefined, "bad_request"],
    [{ text: "x" }, "bad_request"],
    [["x"], "bad_request"],
    ["x".repeat(4_001), "too_large"],
  ] as const) {
    expect(await socket.emit("chat message", data)).toMatchObject({ error: { code } });
  }
  await Promise.all([socket.close(), other.close()]);
});
