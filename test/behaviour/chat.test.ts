import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newMessage, newRoom, ok } from "../support/acks.ts";
import { CLIENTS, type Client } from "../support/clients.ts";
import { stack } from "./world.ts";

describe.each(CLIENTS)("with %s", (_, open) => {
  let ada: Client;
  let bob: Client;
  let room: string;

  beforeAll(async () => {
    room = newRoom();
    ada = await open(stack.origin, { name: "Ada" });
    bob = await open(stack.origin, { name: "Bob" });
  });
  afterAll(() => Promise.all([ada.close(), bob.close()]));

  test("a guest gets an id, a token and the lobby", () => {
    expect(ada.session).toMatchObject({
      v: 1,
      user: { id: expect.stringMatching(/^[0-9a-f]{20}$/), name: "Ada" },
      token: expect.any(String),
      rooms: [{ id: "lobby", name: "Lobby", kind: "public" }],
    });
  });

  test("joinRoom makes a new public room, and announces who joins it later", async () => {
    const made = ok(await ada.emit("joinRoom", { room }));
    expect(made).toMatchObject({
      room: { id: room, name: room, kind: "public", head: 0, unread: 0, mentions: 0 },
      entries: [],
      more: false,
      online: { count: 1, users: [ada.session.user] },
    });
    const joined = ok(await bob.emit("joinRoom", { room }));
    expect(joined.online.count).toBe(2);
    expect(
      await ada.heard.next("joined", (notice: { room: string }) => notice.room === room),
    ).toEqual([{ room, user: bob.session.user, n: expect.any(Number) }]);
  });

  test("a message is acknowledged to its author and pushed to the others, with its offset", async () => {
    const message = newMessage(room, "hello, Bob");
    const { entry } = ok(await ada.emit("message", message));
    expect(entry).toEqual({
      ...message,
      seq: 1,
      kind: "message",
      author: ada.session.user,
      at: expect.any(Number),
    });
    expect(await bob.heard.next("message", ({ id }) => id === message.id)).toEqual([
      entry,
      expect.any(String),
    ]);
    expect(ada.heard.all("message").flat()).not.toContainEqual(entry);
  });

  test("a message without an ack comes back to its author as a push", async () => {
    const message = newMessage(room, "no ack");
    ada.send("message", message);
    const [entry] = await ada.heard.next("message", ({ id }) => id === message.id);
    expect(entry).toMatchObject({ id: message.id, author: ada.session.user });
  });

  test("a message in the lobby reaches everyone who is connected", async () => {
    const message = newMessage("lobby", "hello, all");
    ok(await ada.emit("message", message));
    await bob.heard.next("message", ({ id }) => id === message.id);
  });

  test("a message that is sent again is the one entry, from another connection too (promise 3)", async () => {
    const message = newMessage(room, "once");
    const first = ok(await ada.emit("message", message));
    const tab = await open(stack.origin, { token: ada.session.token ?? "" });
    const again = ok(await tab.emit("message", message));
    expect(again.entry).toEqual(first.entry);
    await tab.close();
  });

  test("history gives pages in both directions, ascending", async () => {
    const pages = newRoom();
    ok(await ada.emit("joinRoom", { room: pages }));
    for (let n = 1; n <= 7; n++) ok(await ada.emit("message", newMessage(pages, `${n}`)));
    const seqs = async (range: { before?: number; after?: number; limit?: number }) => {
      const { entries, more, head } = ok(await ada.emit("history", { room: pages, ...range }));
      return { seqs: entries.map(({ seq }) => seq), more, head };
    };
    expect(await seqs({})).toEqual({ seqs: [1, 2, 3, 4, 5, 6, 7], more: false, head: 7 });
    expect(await seqs({ limit: 3 })).toEqual({ seqs: [5, 6, 7], more: true, head: 7 });
    expect(await seqs({ before: 5, limit: 3 })).toEqual({ seqs: [2, 3, 4], more: true, head: 7 });
    expect(await seqs({ before: 2 })).toEqual({ seqs: [1], more: false, head: 7 });
    expect(await seqs({ after: 2, limit: 3 })).toEqual({ seqs: [3, 4, 5], more: true, head: 7 });
    expect(await seqs({ after: 7 })).toEqual({ seqs: [], more: false, head: 7 });
  });

  test("joinRoom with after gives what was missed", async () => {
    const { entries } = ok(await bob.emit("joinRoom", { room, after: 1 }));
    expect(entries.map(({ seq }) => seq)).toEqual([2, 3]);
  });

  test("heads names the rooms that have new entries, and only one's own rooms", async () => {
    const { heads } = ok(await bob.emit("heads", { rooms: { [room]: 1, "no-such-room": 0 } }));
    expect(heads).toEqual({ [room]: 3 });
    expect(ok(await bob.emit("heads", { rooms: { [room]: 3 } })).heads).toEqual({});
  });

  test("rooms lists one's own rooms, then the public ones, in pages and by name", async () => {
    const others = [newRoom(), newRoom()].toSorted();
    for (const other of others) ok(await bob.emit("joinRoom", { room: other }));
    const first = ok(await ada.emit("rooms", { limit: 2 }));
    expect(first).toMatchObject({ more: true });
    const ids = first.rooms.map(({ id }) => id);
    for (let { after } = first; after !== undefined; ) {
      const page = ok(await ada.emit("rooms", { limit: 2, after }));
      ids.push(...page.rooms.map(({ id }) => id));
      ({ after } = page);
    }
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining(["lobby", room, ...others]));
    expect(ids.indexOf(room)).toBeLessThan(ids.indexOf(others[0] ?? ""));
    const found = ok(await ada.emit("rooms", { query: others[1]?.toUpperCase() }));
    expect(found.rooms.map(({ id }) => id)).toEqual([others[1]]);
  });

  test("leaveRoom ends the membership in all of the person's tabs, and tells the others", async () => {
    const tab = await open(stack.origin, { token: bob.session.token ?? "" });
    expect(tab.session.rooms.map(({ id }) => id)).toContain(room);
    ok(await bob.emit("leaveRoom", { room }));
    const left = (notice: { room: string }) => notice.room === room;
    const notice = { room, user: bob.session.user, n: expect.any(Number) };
    expect(await ada.heard.next("left", left)).toEqual([notice]);
    expect(await tab.heard.next("left", left)).toEqual([notice]);
    for (const client of [bob, tab]) {
      expect(await client.emit("message", newMessage(room, "still here?"))).toMatchObject({
        ok: false,
        error: { code: "forbidden" },
      });
    }
    await tab.close();
  });

  test("presence notices are about people, not tabs (promise 8)", async () => {
    ok(await ada.emit("joinRoom", { room: "lobby" }));
    const eve = await open(stack.origin, { name: "Eve" });
    const ofEve = (online: boolean) => (notice: { user: { id: string }; online: boolean }) =>
      notice.user.id === eve.session.user.id && notice.online === online;
    await ada.heard.next("presence", ofEve(true));
    const tab = await open(stack.origin, { token: eve.session.token ?? "" });
    await eve.close();
    await tab.close();
    await ada.heard.next("presence", ofEve(false));
    const notices = ada.heard
      .all("presence")
      .filter(([notice]) => JSON.stringify(notice).includes(eve.session.user.id));
    expect(notices).toHaveLength(2);
  });

  test("no server event ends in a string except its entry's offset, by which clients recover", () => {
    const heard = [...ada.heard.events, ...bob.heard.events];
    const named = heard.filter(({ args }) => typeof args.at(-1) === "string");
    expect(named.length).toBeGreaterThan(0);
    for (const { name, args } of named) {
      expect(args, name).toEqual([{ ...(args[0] as object), at: Number(args[1]) }, args[1]]);
    }
  });
});
