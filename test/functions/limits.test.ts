import { randomUUID } from "node:crypto";
import { afterEach, describe, expect, test, vi } from "vitest";
import { putEntry } from "../../functions/store/entries.ts";
import { getFile, putFile } from "../../functions/store/files.ts";
import {
  MAX_ACK_BYTES,
  MAX_MESSAGE_BYTES,
  MAX_ROOMS,
  RATE_LIMIT,
  RATE_WINDOW_MS,
} from "../../protocol/limits.ts";
import {
  closed,
  connect,
  emit,
  fillBudget,
  mockPosts,
  newConnectionId,
  newMessage,
  newPerson,
  newRoomId,
  pushes,
} from "./world.ts";

/**
 * What happens at the limits: pages of the longest texts, rooms of a person, messages and emoji.
 */
mockPosts();
afterEach(() => void vi.useRealTimers());

describe("18 of the longest texts", () => {
  async function roomOfLongTexts() {
    const { connectionId } = await newPerson();
    const room = newRoomId();
    await emit(connectionId, "joinRoom", { room });
    for (let n = 0; n < 18; n++) {
      expect(
        await emit(connectionId, "message", newMessage(room, "語".repeat(4_000))),
      ).toMatchObject({ ok: true });
    }
    return { connectionId, room };
  }

  test("come in pages of history under 96 KB, and the next page has the rest", async () => {
    const { connectionId, room } = await roomOfLongTexts();
    const seen: number[] = [];
    for (let before: number | undefined, more = true; more; before = seen[0]) {
      const page = await emit(connectionId, "history", { room, before });
      expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(MAX_ACK_BYTES);
      seen.unshift(...page.entries.map(({ seq }: { seq: number }) => seq));
      more = page.more;
    }
    expect(seen).toEqual(Array.from({ length: 18 }, (_, n) => n + 1));
  });

  test("are found in pages under 96 KB, which together hold every match once", async () => {
    const { connectionId } = await roomOfLongTexts();
    const seen: number[] = [];
    for (let before: string | undefined, more = true; more; ) {
      const page = await emit(connectionId, "search", { text: "語語", before });
      expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(MAX_ACK_BYTES);
      seen.push(...page.entries.map(({ seq }: { seq: number }) => seq));
      ({ before, more } = page);
    }
    expect(seen).toEqual(Array.from({ length: 18 }, (_, n) => 18 - n));
  });
});

test(`a person is in ${MAX_ROOMS} rooms at most: one more is refused, by whichever way`, async () => {
  const [ada, bob] = await Promise.all([newPerson("ada"), newPerson("bob")]);
  const rooms = Array.from({ length: MAX_ROOMS - 1 }, newRoomId);
  for (const room of rooms) {
    await fillBudget(ada);
    expect(await emit(ada.connectionId, "joinRoom", { room })).toMatchObject({ ok: true });
  }
  await fillBudget(ada);
  const { room: bobs } = await emit(bob.connectionId, "createRoom", { name: "Tea" });
  const asAda = (event: string, data: object) => emit(ada.connectionId, event, data);
  const asBob = (event: string, data: object) => emit(bob.connectionId, event, data);
  const tag = randomUUID();
  const asked = {
    joinRoom: await asAda("joinRoom", { room: bobs.id }),
    joinNew: await asAda("joinRoom", { room: `new-${tag}` }),
    createRoom: await asAda("createRoom", { name: "Coffee" }),
    direct: await asAda("direct", { user: bob.user.id }),
    directTo: await asBob("direct", { user: ada.user.id }),
    invite: await asBob("invite", { room: bobs.id, user: ada.user.id }),
  };
  for (const [event, ack] of Object.entries(asked)) {
    expect(ack, event).toMatchObject({ ok: false, error: { code: "forbidden" } });
  }
  expect((await asBob("rooms", { query: tag })).rooms).toEqual([]);
  const tab = newConnectionId();
  expect((await connect(tab, { token: ada.token })).rooms).toHaveLength(MAX_ROOMS);
  expect(pushes(bob.connectionId, "room")).toEqual([]);

  expect(await emit(tab, "leaveRoom", { room: rooms[0] })).toMatchObject({ ok: true });
  expect(await asAda("direct", { user: bob.user.id })).toMatchObject({ ok: true });
});

/** The outcome of each ack. */
const codeOf = (ack: { ok: boolean; error?: { code: string } }) => ack.error?.code ?? "ok";

test("more than 20 messages in 5 seconds are rate_limited, and other events are not", async () => {
  const { connectionId } = await newPerson();
  const room = newRoomId();
  await emit(connectionId, "joinRoom", { room });
  const say = async (where = room) =>
    codeOf(await emit(connectionId, "message", newMessage(where)));
  vi.useFakeTimers({ toFake: ["Date"] });
  const codes: string[] = [];
  for (let n = 0; n < RATE_LIMIT + 2; n++) codes.push(await say());
  expect(codes).toEqual([...Array(RATE_LIMIT).fill("ok"), "rate_limited", "rate_limited"]);
  expect(await say("lobby")).toBe("ok");
  vi.setSystemTime(Date.now() + RATE_WINDOW_MS + RATE_LIMIT);
  expect(await say()).toBe("ok");
});

describe("the rate of messages", () => {
  type Guest = Awaited<ReturnType<typeof newPerson>>;

  /** A room with people, and a clock that stands still. */
  async function roomOf(count: number) {
    const guests = await Promise.all(Array.from({ length: count }, () => newPerson()));
    const room = newRoomId();
    for (const { connectionId } of guests) await emit(connectionId, "joinRoom", { room });
    vi.useFakeTimers({ toFake: ["Date"] });
    const say = async ({ connectionId }: Guest, where = room) =>
      codeOf(await emit(connectionId, "message", newMessage(where)));
    return { guests, room, say };
  }

  const accepted = (codes: string[]) => {
    expect(new Set(codes)).toEqual(new Set(["ok", "rate_limited"]));
    return codes.filter((code) => code === "ok").length;
  };

  /** As many as are allowed, but for what the log's times, which grow by 1 ms each, come to. */
  const expectAllowed = (count: number, people: number) => {
    expect(count).toBeLessThanOrEqual(people * RATE_LIMIT);
    expect(count).toBeGreaterThanOrEqual(people * (RATE_LIMIT - 2));
  };

  test("holds for two who take turns", async () => {
    const { guests, say } = await roomOf(2);
    const codes: string[] = [];
    for (let n = 0; n < 60; n++) for (const guest of guests) codes.push(await say(guest));
    expectAllowed(accepted(codes), 2);
    vi.setSystemTime(Date.now() + RATE_WINDOW_MS + 2 * RATE_LIMIT);
    for (const guest of guests) expect(await say(guest)).toBe("ok");
  });

  test("holds for one who sends 60 at once", async () => {
    const { guests, say } = await roomOf(1);
    const codes = await Promise.all(Array.from({ length: 60 }, () => guests[0] && say(guests[0])));
    expectAllowed(accepted(codes.filter((code) => code !== undefined)), 1);
  });

  test("holds for each of two who send 40 at once, and counts no message twice", async () => {
    const { guests, say } = await roomOf(2);
    const floods = guests.flatMap((guest) => Array.from({ length: 40 }, () => say(guest)));
    expectAllowed(accepted(await Promise.all(floods)), 2);
  });

  test("holds over all rooms even if others write so much that one's own messages leave the tail", async () => {
    const { guests, room, say } = await roomOf(8);
    const other = newRoomId();
    for (const { connectionId } of guests) await emit(connectionId, "joinRoom", { room: other });
    const [flooder, ...others] = guests;
    if (!flooder) throw new Error("There is nobody");
    for (const where of [room, other]) {
      for (const guest of others.slice(0, 5)) {
        for (let n = 0; n < 5; n++) expect(await say(guest, where)).toBe("ok");
      }
    }
    const codes: string[] = [];
    for (let n = 0; n < 60; n++) {
      codes.push(await say(flooder, n % 2 ? room : other));
    }
    expectAllowed(accepted(codes), 1);
  });

  test("counts changes as messages", async () => {
    const { guests, room, say } = await roomOf(2);
    const [ada, bob] = guests;
    if (!ada || !bob) throw new Error("There is nobody");
    await say(ada);
    const codes: string[] = [];
    for (let n = 0; n < 60; n++) {
      for (const { connectionId } of [ada, bob]) {
        const data = { room, id: randomUUID(), seq: 1, emoji: "👍", on: n % 2 === 0 };
        codes.push(codeOf(await emit(connectionId, "react", data)));
      }
    }
    expectAllowed(accepted(codes), 2);
  });
});

test("a message has at most 20 emoji, and a flood of reactions is rate_limited", async () => {
  const [ada, bob] = await Promise.all([newPerson("ada"), newPerson("bob")]);
  const room = newRoomId();
  for (const { connectionId } of [ada, bob]) await emit(connectionId, "joinRoom", { room });
  vi.useFakeTimers({ toFake: ["Date"] });
  await emit(ada.connectionId, "message", newMessage(room, "look"));
  const react = async ({ connectionId }: typeof ada, emoji: string, on = true) =>
    codeOf(await emit(connectionId, "react", { room, id: randomUUID(), seq: 1, emoji, on }));
  const emoji = [..."😀😃😄😁😆😅😂🙂🙃😉😊😇😍😘😗😙😚😋😛😜😝"];
  const codes: string[] = [];
  for (const [index, one] of emoji.entries()) codes.push(await react(index < 15 ? ada : bob, one));
  expect(codes).toEqual([...Array(20).fill("ok"), "forbidden"]);
  for (let n = 0; n < 4; n++) expect(await react(ada, "😀", n % 2 === 1)).toBe("ok");
  expect(await react(ada, "😀", false)).toBe("rate_limited");
});

describe("a message with its reactions", () => {
  /** A message on which people react, without their having come. */
  async function messageWith(people: number, text = "look") {
    const ada = await newPerson();
    const room = newRoomId();
    await emit(ada.connectionId, "joinRoom", { room });
    const users = Array.from({ length: people }, (_, n) => n.toString(16).padStart(20, "0"));
    const reactions = [..."👍🎉"].map((emoji, index) => ({
      emoji,
      users: users.filter((_, n) => n % 2 === index),
    }));
    await putEntry({
      ...newMessage(room, text),
      seq: 1,
      kind: "message",
      author: ada.user,
      at: 1,
      count: 1,
      ...(people > 0 && { reactions }),
    });
    const change = (event: string, data: object) =>
      emit(ada.connectionId, event, { room, id: randomUUID(), seq: 1, ...data });
    return { change, react: (emoji: string) => change("react", { emoji }) };
  }

  test("names at most 200 people", async () => {
    const { react } = await messageWith(199);
    expect(codeOf(await react("😀"))).toBe("ok");
    for (const emoji of ["👍", "❤️"]) expect(codeOf(await react(emoji))).toBe("forbidden");
  });

  test("has no files that would make it too large, and none of them is kept for it", async () => {
    const { connectionId, user } = await newPerson();
    const ids = Array.from({ length: 5 }, () => randomUUID());
    const facts = { name: "😀".repeat(100), type: "image/png", size: 1, preview: "A".repeat(64) };
    for (const id of ids) await putFile(user.id, id, { to: "lobby", ...facts, version: "1" });
    const message = { ...newMessage("lobby", "\u0001".repeat(4_000)), files: ids };
    expect(codeOf(await emit(connectionId, "message", message))).toBe("too_large");
    for (const id of ids) expect(await getFile(user.id, id)).not.toHaveProperty("message");
    expect(closed).toEqual([]);
    expect(codeOf(await emit(connectionId, "message", { ...message, text: "x" }))).toBe("ok");
  });

  test("stays under 28 KB as JSON, above which a change is too_large", async () => {
    // Each of these is six bytes of JSON, which is more than anything that people write.
    const longest = "\u0001".repeat(4_000);
    const { react, change } = await messageWith(120, longest);
    expect(codeOf(await react("😀"))).toBe("too_large");
    const shorter = await change("edit", { text: "short" });
    expect(codeOf(shorter)).toBe("ok");
    expect(codeOf(await react("😀"))).toBe("ok");
    expect(codeOf(await change("edit", { text: longest }))).toBe("too_large");

    const alone = await messageWith(0);
    const { entry } = await alone.change("edit", { text: longest });
    expect(Buffer.byteLength(JSON.stringify(entry.message))).toBeLessThan(MAX_MESSAGE_BYTES);
  });
});
