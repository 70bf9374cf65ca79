import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { parallel } from "../../functions/parallel.ts";
import { listIfNew, putPublicRoom } from "../../functions/store/room-records.ts";
import { MAX_ACK_BYTES, MAX_PAGE, QUOTE_LENGTH } from "../../protocol/limits.ts";
import type { Room } from "../../protocol/model.ts";
import {
  connect,
  emit,
  mockPosts,
  newConnectionId,
  newMessage,
  newPerson,
  newRoomId,
} from "./world.ts";

/** What people may write and name, in whatever script. */
mockPosts();

async function inRoom(name = "ada") {
  const ada = await newPerson(name);
  const room = newRoomId();
  await emit(ada.connectionId, "joinRoom", { room });
  return { ...ada, room };
}

describe("a text", () => {
  test("holds 4,000 characters, of which an emoji is one", async () => {
    const { connectionId, room } = await inRoom();
    const say = (text: string) => emit(connectionId, "message", newMessage(room, text));
    const longest = "😀".repeat(4_000);
    expect((await say(longest)).entry.text).toBe(longest);
    expect((await say(`${longest}x`)).error).toMatchObject({ code: "too_large" });
  });

  test("never holds half of an emoji, and neither does its quote", async () => {
    const { connectionId, room } = await inRoom();
    const beginning = `${"x".repeat(QUOTE_LENGTH - 1)}😀`;
    const text = `${beginning} \ud83d`;
    const { entry } = await emit(connectionId, "message", newMessage(room, text));
    expect(entry.text).toBe(text.replace(/.$/u, "\uFFFD"));
    const reply = { ...newMessage(room), replyTo: entry.seq };
    const { quote } = (await emit(connectionId, "message", reply)).entry;
    expect(quote.text).toBe(beginning);
  });
});

describe("a name", () => {
  test.each(["👩‍💻 dev", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "ශ්‍රීමා", "می‌خواهم", "❤️", "Zoë", "กี้", "שָׁ֑"])(
    "may be %s",
    async (name) => {
      const { user } = await newPerson(name);
      expect(user.name).toBe(name.normalize("NFC"));
    },
  );

  test.each([
    "a\u200Db",
    "a\u202Eb",
    "\u0000",
    "\ud83d",
    "\u3164",
    "\u2800 \u115F",
    "\u0301",
    "👍\u200D",
    `b${"\u0301".repeat(5)}`,
  ])("may not be %j, which is invisible or looks like something else", async (name) => {
    expect(await connect(newConnectionId(), { name })).toMatchObject({ type: "connect_error" });
  });

  test("is found without its accents and case, however they are written", async () => {
    const tag = randomUUID().slice(0, 8);
    const { connectionId, user } = await newPerson(`José ${tag}`);
    const { room } = await emit(connectionId, "createRoom", { name: `Café ${tag}` });
    for (const query of [`jose ${tag}`, `JOSE\u0301 ${tag} `]) {
      expect((await emit(connectionId, "people", { query })).people).toMatchObject([user]);
    }
    for (const query of [`cafe ${tag}`, `cafe\u0301 ${tag}`]) {
      expect((await emit(connectionId, "rooms", { query })).rooms).toMatchObject([{ id: room.id }]);
    }
  });
});

test.each(["constructor", "prototype"])(
  "a room may be called %s, and `heads` reports it like any other",
  async (room) => {
    const { connectionId } = await newPerson();
    await emit(connectionId, "joinRoom", { room });
    await emit(connectionId, "message", newMessage(room));
    const { heads } = await emit(connectionId, "heads", { rooms: { [room]: 0 } });
    expect(heads).toEqual({ [room]: 1 });
  },
);

describe("the directory", () => {
  test("can be searched to its end page by page, beyond what one call reads", async () => {
    const { connectionId } = await newPerson();
    const tag = randomUUID().slice(0, 8);
    const topic = "字".repeat(256);
    await parallel(Array.from({ length: 1_150 }).keys(), async (n) => {
      await listIfNew({ id: `many-${tag}-${n}`, name: `many ${n}`, topic });
    });
    await listIfNew({ id: `zzz-${tag}`, name: `needle ${tag}` });
    // The person's own rooms are skipped.
    for (let n = 0; n < 5; n++) await emit(connectionId, "joinRoom", { room: `many-${tag}-${n}` });
    const found: Room[] = [];
    let calls = 0;
    for (let after: string | undefined, more = true; more; calls++) {
      const page = await emit(connectionId, "rooms", { query: `needle ${tag}`, after });
      expect(page.more).toBe(page.after !== undefined);
      found.push(...page.rooms);
      ({ after, more } = page);
      if (calls > 10) throw new Error("The list does not end");
    }
    expect(found.map(({ id }) => id)).toEqual([`zzz-${tag}`]);
    expect(calls).toBeGreaterThan(1);
  });

  test.each(["joined", "left"])(
    "goes on where it was, after the last room of a page was %s",
    async (what) => {
      const { connectionId } = await newPerson();
      const tag = randomUUID().slice(0, 8);
      const ids = ["a", "b", "c", "d"].map((letter) => `${letter}-${tag}`);
      for (const id of ids) await putPublicRoom({ id, name: `next ${tag}` });
      const own = what === "left" ? ids.slice(0, 3) : ids.slice(2);
      for (const room of own) await emit(connectionId, "joinRoom", { room });
      const found: string[] = [];
      for (let after: string | undefined, pages = 0; pages === 0 || after !== undefined; pages++) {
        const page = await emit(connectionId, "rooms", { query: `next ${tag}`, after, limit: 1 });
        const room = page.rooms[0]?.id;
        found.push(...page.rooms.map(({ id }: Room) => id));
        if (what === "left" && room === ids[1]) await emit(connectionId, "leaveRoom", { room });
        if (what === "joined" && room === ids[0]) await emit(connectionId, "joinRoom", { room });
        ({ after } = page);
        if (pages > 20) throw new Error("The list does not end");
      }
      // A room that was left is listed among those of the others.
      expect(new Set(found)).toEqual(new Set(ids));
      expect(found).toHaveLength(what === "left" ? 5 : 4);
    },
  );

  test("comes in pages under 96 KB, each room once, however long the topics are", async () => {
    const { connectionId } = await newPerson();
    const tag = randomUUID().slice(0, 8);
    await parallel(Array.from({ length: MAX_PAGE }).keys(), async (n) => {
      await listIfNew({ id: `about-${tag}-${n}`, name: `about ${tag}`, topic: "字".repeat(256) });
    });
    const ids: string[] = [];
    for (let after: string | undefined, more = true; more; ) {
      const page = await emit(connectionId, "rooms", {
        query: `about ${tag}`,
        after,
        limit: MAX_PAGE,
      });
      expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(MAX_ACK_BYTES);
      ids.push(...page.rooms.map(({ id }: Room) => id));
      ({ after, more } = page);
    }
    expect(ids).toHaveLength(MAX_PAGE);
    expect(new Set(ids).size).toBe(MAX_PAGE);
  });
});
