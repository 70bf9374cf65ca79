import { randomUUID } from "node:crypto";
import { afterEach, describe, expect, test, vi } from "vitest";
import { MAX_ACK_BYTES, MAX_ROOMS, RATE_LIMIT, RATE_WINDOW_MS } from "../../protocol/limits.ts";
import {
  connect,
  emit,
  mockPosts,
  newConnectionId,
  newMessage,
  newPerson,
  newRoomId,
  pushes,
} from "./world.ts";

/** What is at its limit: pages of the longest texts, rooms of a person, messages and emoji. */
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

  test("come in pages of history under 96 KB, of which the rest is a page away", async () => {
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
    for (let before: number | undefined, more = true; more; ) {
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
    expect(await emit(ada.connectionId, "joinRoom", { room })).toMatchObject({ ok: true });
  }
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

/** What becomes of each ack. */
const codeOf = (ack: { ok: boolean; error?: { code: string } }) => ack.error?.code ?? "ok";

test("more than 20 messages in 5 seconds are rate_limited, and nothing else is", async () => {
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
  expect(await react(ada, "😀")).toBe("rate_limited");
});
