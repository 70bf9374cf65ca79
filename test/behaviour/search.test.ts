import { afterAll, beforeAll, expect, test } from "vitest";
import { codeOf, newMessage, newRoom, ok } from "../support/acks.ts";
import { type Client, openBare } from "../support/clients.ts";
import { stack } from "./world.ts";

let ada: Client;
let bob: Client;
const [tea, cake] = [newRoom(), newRoom()];

beforeAll(async () => {
  ada = await openBare(stack.origin, { name: "Ada" });
  bob = await openBare(stack.origin, { name: "Bob" });
  for (const room of [tea, cake]) ok(await ada.emit("joinRoom", { room }));
  ok(await bob.emit("joinRoom", { room: tea }));
  for (const [room, text] of [
    [tea, "A cup of tea in the Café"],
    [cake, "No tea, only cake"],
    [tea, "Ｃａｆｅ́ and TEA again"],
    [cake, "coffee"],
  ] as const) {
    ok(await ada.emit("message", newMessage(room, text)));
  }
  const { entry } = ok(await ada.emit("message", newMessage(tea, "tea, but deleted")));
  ok(await ada.emit("delete", { room: tea, id: crypto.randomUUID(), seq: entry.seq }));
});
afterAll(() => Promise.all([ada.close(), bob.close()]));

const find = async (client: Client, text: string, room?: string) => {
  const { entries, more } = ok(await client.emit("search", { text, ...(room && { room }) }));
  expect(more).toBe(false);
  return entries.map(({ text }) => text);
};

test("messages are found by all their words, newest first, whatever case and accents", async () => {
  expect(await find(ada, "tea")).toEqual([
    "Ｃａｆｅ́ and TEA again",
    "No tea, only cake",
    "A cup of tea in the Café",
  ]);
  expect(await find(ada, " CAFE  tea ")).toEqual([
    "Ｃａｆｅ́ and TEA again",
    "A cup of tea in the Café",
  ]);
  expect(await find(ada, "téa", cake)).toEqual(["No tea, only cake"]);
  expect(await find(ada, "tea milk")).toEqual([]);
  expect(codeOf(await ada.emit("search", { text: "\u0301" }))).toBe("bad_request");
});

test("only one's own rooms are searched", async () => {
  expect(await find(bob, "tea")).toEqual(["Ｃａｆｅ́ and TEA again", "A cup of tea in the Café"]);
  expect(codeOf(await bob.emit("search", { text: "tea", room: cake }))).toBe("forbidden");
  expect(codeOf(await bob.emit("search", { text: "tea", room: "p-secret" }))).toBe("not_found");
});

test("a room that one has left is no longer searched", async () => {
  const room = newRoom();
  ok(await bob.emit("joinRoom", { room }));
  ok(await bob.emit("message", newMessage(room, "farewell")));
  expect(await find(bob, "farewell")).toEqual(["farewell"]);
  ok(await bob.emit("leaveRoom", { room }));
  expect(await find(bob, "farewell")).toEqual([]);
  expect(codeOf(await bob.emit("search", { text: "farewell", room }))).toBe("forbidden");
});
