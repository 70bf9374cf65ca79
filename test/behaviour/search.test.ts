import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MAX_ACK_BYTES } from "../../protocol/limits.ts";
import { codeOf, newMessage, newRoom, ok } from "../support/acks.ts";
import { type Client, ENVELOPE_CLIENTS, openBare } from "../support/clients.ts";
import { useStack } from "./world.ts";

const stack = useStack();

describe.each(ENVELOPE_CLIENTS)("with %s", (_, open) => {
  let ada: Client;
  let bob: Client;
  const [tea, cake] = [newRoom(), newRoom()];

  beforeAll(async () => {
    ada = await open(stack.origin, { name: "Ada" });
    bob = await open(stack.origin, { name: "Bob" });
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

  test("only rooms that one is in are looked through", async () => {
    expect(await find(bob, "tea")).toEqual(["Ｃａｆｅ́ and TEA again", "A cup of tea in the Café"]);
    expect(codeOf(await bob.emit("search", { text: "tea", room: cake }))).toBe("forbidden");
    expect(codeOf(await bob.emit("search", { text: "tea", room: "p-secret" }))).toBe("not_found");
  });

  test("a room that one has left is looked through no more", async () => {
    const room = newRoom();
    ok(await bob.emit("joinRoom", { room }));
    ok(await bob.emit("message", newMessage(room, "farewell")));
    expect(await find(bob, "farewell")).toEqual(["farewell"]);
    ok(await bob.emit("leaveRoom", { room }));
    expect(await find(bob, "farewell")).toEqual([]);
    expect(codeOf(await bob.emit("search", { text: "farewell", room }))).toBe("forbidden");
  });
});

test("pages of the longest texts stay under 96 KB, and together hold every match once", async () => {
  const room = newRoom();
  const ada = await openBare(stack.origin, { name: "Ada" });
  ok(await ada.emit("joinRoom", { room }));
  for (let n = 0; n < 18; n++) ok(await ada.emit("message", newMessage(room, "語".repeat(4_000))));
  const seen: number[] = [];
  for (let before: number | undefined, more = true; more; ) {
    const page = ok(await ada.emit("search", { text: "語語", ...(before && { before }) }));
    expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(MAX_ACK_BYTES);
    seen.push(...page.entries.map(({ seq }) => seq));
    ({ before, more } = page);
  }
  expect(seen).toEqual(Array.from({ length: 18 }, (_, n) => 18 - n));
  await ada.close();
});
