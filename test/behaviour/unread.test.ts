import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { codeOf, newMessage, newRoom, ok } from "../support/acks.ts";
import { type Client, openBare } from "../support/clients.ts";
import { stack } from "./world.ts";

let ada: Client;
let bob: Client;
let tab: Client;
let room: string;

afterEach(() => Promise.all([ada.close(), bob.close(), tab.close()]));
beforeEach(async () => {
  ada = await openBare(stack.origin, { name: "Ada" });
  bob = await openBare(stack.origin, { name: "Bob" });
  tab = await openBare(stack.origin, { token: bob.session.token ?? "" });
  room = newRoom();
  for (const client of [ada, bob]) ok(await client.emit("joinRoom", { room }));
});

const say = async (client: Client, text: string, more: object = {}) =>
  ok(await client.emit("message", { ...newMessage(room, text), ...more })).entry;
const read = async (client: Client, seq: number) => {
  const { unread, mentions } = ok(await client.emit("read", { room, seq }));
  return { unread, mentions };
};
/** The room as a new connection of the person sees it. */
const seenBy = async (client: Client) => {
  const again = await openBare(stack.origin, { token: client.session.token ?? "" });
  const { unread, mentions, read } = again.session.rooms.find(({ id }) => id === room) ?? {};
  await again.close();
  return { unread, mentions, read };
};

test("messages of others are unread until they are read, in all tabs", async () => {
  for (const text of ["one", "two", "three"]) await say(ada, text);
  expect(await seenBy(bob)).toEqual({ unread: 3, mentions: 0, read: 0 });
  expect(await read(bob, 2)).toEqual({ unread: 1, mentions: 0 });
  const isHere = (notice: { room: string }) => notice.room === room;
  expect(await tab.heard.next("read", isHere)).toEqual([
    { room, seq: 2, unread: 1, mentions: 0, n: expect.any(Number) },
  ]);
  expect(bob.heard.all("read")).toEqual([]);
  expect(await seenBy(bob)).toEqual({ unread: 1, mentions: 0, read: 2 });
});

test("the read mark only grows, ends at the head, and is not announced when it does not move", async () => {
  for (const text of ["one", "two"]) await say(ada, text);
  expect(await read(bob, Number.MAX_SAFE_INTEGER)).toEqual({ unread: 0, mentions: 0 });
  expect(await read(bob, 1)).toEqual({ unread: 0, mentions: 0 });
  expect(await read(bob, 2)).toEqual({ unread: 0, mentions: 0 });
  await say(ada, "three");
  expect(await read(bob, 3)).toEqual({ unread: 0, mentions: 0 });
  const marks = () =>
    tab.heard.all("read").filter(([notice]) => JSON.stringify(notice).includes(room));
  await expect.poll(marks).toHaveLength(2);
  expect(marks()).toMatchObject([[{ seq: 2 }], [{ seq: 3 }]]);
});

test("the mark moves back where the person says that messages are unread, with their mentions", async () => {
  await say(ada, "one");
  await say(ada, "two", { mentions: [bob.session.user.id] });
  await say(ada, "three");
  expect(await read(bob, 3)).toEqual({ unread: 0, mentions: 0 });
  const { n, ...marks } = ok(await bob.emit("read", { room, seq: 1, unread: true }));
  expect(marks).toEqual({ ok: true, unread: 2, mentions: 1 });
  const back = (notice: { room: string; seq: number }) => notice.room === room && notice.seq === 1;
  expect(await tab.heard.next("read", back)).toEqual([{ room, seq: 1, unread: 2, mentions: 1, n }]);
  expect(await seenBy(bob)).toEqual({ unread: 2, mentions: 1, read: 1 });
  // Messages that were never read cannot become unread.
  ok(await bob.emit("read", { room, seq: 2, unread: true }));
  expect(await seenBy(bob)).toEqual({ unread: 2, mentions: 1, read: 1 });
  expect(await read(bob, 3)).toEqual({ unread: 0, mentions: 0 });
});

test("edits, reactions and deletions never count as unread, nor do one's own messages", async () => {
  await say(ada, "one");
  await say(ada, "two");
  const change = (seq: number) => ({ room, id: randomUUID(), seq });
  ok(await ada.emit("edit", { ...change(1), text: "mended" }));
  ok(await ada.emit("react", { ...change(1), emoji: "👍" }));
  ok(await ada.emit("delete", change(2)));
  expect(await seenBy(bob)).toMatchObject({ unread: 2 });
  expect(await seenBy(ada)).toMatchObject({ unread: 0 });
  expect(await read(bob, 3)).toEqual({ unread: 0, mentions: 0 });
  await say(bob, "mine");
  expect(await seenBy(bob)).toEqual({ unread: 0, mentions: 0, read: 6 });
  expect(await seenBy(ada)).toEqual({ unread: 1, mentions: 0, read: 2 });
});

test("mentions are counted separately until they are read, and only of members", async () => {
  const cy = await openBare(stack.origin, { name: "Cy" });
  const mentions = [bob, bob, ada, cy].map(({ session }) => session.user.id);
  const message = { ...newMessage(room, "Bob?"), mentions };
  const { entry } = ok(await ada.emit("message", message));
  expect(entry.mentions).toEqual([bob.session.user.id, cy.session.user.id]);
  // The same message, sent again.
  ok(await ada.emit("message", message));
  await say(ada, "so?", { mentions: [bob.session.user.id] });
  await say(ada, "anyone?");
  expect(await seenBy(bob)).toEqual({ unread: 3, mentions: 2, read: 0 });
  expect(await seenBy(ada)).toMatchObject({ mentions: 0 });
  expect(await read(bob, 1)).toEqual({ unread: 2, mentions: 1 });
  expect(await read(bob, 3)).toEqual({ unread: 0, mentions: 0 });
  ok(await cy.emit("joinRoom", { room }));
  expect(await seenBy(cy)).toEqual({ unread: 0, mentions: 0, read: 3 });
  await cy.close();
});

test("a stranger over a bare WebSocket marks nothing as read", async () => {
  const room = newRoom();
  const ada = await openBare(stack.origin, { name: "Ada" });
  const eve = await openBare(stack.origin, { name: "Eve" });
  ok(await ada.emit("joinRoom", { room }));
  expect(codeOf(await eve.emit("read", { room, seq: 1 }))).toBe("forbidden");
  expect(codeOf(await eve.emit("read", { room: "p-secret", seq: 1 }))).toBe("not_found");
  await Promise.all([ada.close(), eve.close()]);
});
