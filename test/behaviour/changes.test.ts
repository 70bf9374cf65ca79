import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { ChangeEntry, MessageEntry } from "../../protocol/model.ts";
import { changeOf, codeOf, newMessage, newRoom, ok } from "../support/acks.ts";
import { type Client, openBare } from "../support/clients.ts";
import { stack } from "./world.ts";

const SECRET = "a text that is to be nowhere";

let ada: Client;
let bob: Client;
let room: string;
/** A message of Ada's in a room that Bob owns. */
let message: MessageEntry;

afterEach(() => Promise.all([ada.close(), bob.close()]));
beforeEach(async () => {
  ada = await openBare(stack.origin, { name: "Ada" });
  bob = await openBare(stack.origin, { name: "Bob" });
  room = newRoom();
  ok(await bob.emit("joinRoom", { room }));
  ok(await ada.emit("joinRoom", { room }));
  message = ok(await ada.emit("message", newMessage(room, SECRET))).entry;
});

const change = () => ({ room, id: randomUUID(), seq: 1 });
const heardBy = async (client: Client, name: string, id: string) =>
  client.heard.next(name, (entry: ChangeEntry) => entry.id === id);
const logOf = async (client: Client) => ok(await client.emit("history", { room })).entries;

test("an edit is an entry that carries the message as it is then", async () => {
  const edit = { ...change(), text: "mended" };
  const entry = changeOf(await ada.emit("edit", edit));
  expect(entry).toEqual({
    room,
    seq: 2,
    kind: "edit",
    id: edit.id,
    of: 1,
    author: ada.session.user,
    at: expect.any(Number),
    message: { ...message, text: "mended", editedAt: expect.any(Number), rev: 1 },
  });
  expect(await heardBy(bob, "edit", edit.id)).toEqual([entry, expect.any(String)]);
  expect(await logOf(bob)).toEqual([entry.message, entry]);
  const { entries } = ok(await bob.emit("joinRoom", { room, after: 1 }));
  expect(entries).toEqual([entry]);
});

test("a change that is sent again is the one entry, from another connection too (promise 3)", async () => {
  const edit = { ...change(), text: "once" };
  const first = ok(await ada.emit("edit", edit));
  const tab = await openBare(stack.origin, { token: ada.session.token ?? "" });
  expect(ok(await tab.emit("edit", edit)).entry).toEqual(first.entry);
  await tab.close();
});

test("a page of history has the changes of its messages and of older ones, with the messages as they are now", async () => {
  ok(await ada.emit("edit", { ...change(), text: "one" }));
  ok(await ada.emit("edit", { ...change(), text: "two" }));
  const { entries } = ok(await bob.emit("history", { room, after: 1 }));
  expect(entries).toMatchObject([
    { kind: "edit", message: { text: "two", rev: 2 } },
    { kind: "edit", message: { text: "two", rev: 2 } },
  ]);
});

test("a deleted text is nowhere: in no page, entry, quote or later push", async () => {
  const reply = { ...newMessage(room, "what?"), replyTo: 1 };
  const answer = ok(await bob.emit("message", reply)).entry;
  expect(answer.quote).toEqual({ author: ada.session.user, text: SECRET });
  ok(await bob.emit("react", { ...change(), emoji: "👀" }));
  const deletion = change();
  const entry = changeOf(await ada.emit("delete", deletion));
  expect(entry.message).toEqual({
    ...message,
    text: "",
    deletedAt: expect.any(Number),
    rev: 2,
  });
  expect(await heardBy(bob, "delete", deletion.id)).toEqual([entry, expect.any(String)]);
  const log = await logOf(bob);
  expect(JSON.stringify(log)).not.toContain(SECRET);
  expect(log[1]).toMatchObject({
    quote: { author: ada.session.user, text: "", deletedAt: expect.any(Number) },
  });
  expect(ok(await bob.emit("search", { text: SECRET, room })).entries).toEqual([]);
  const late = ok(await bob.emit("message", { ...newMessage(room, "which?"), replyTo: 1 }));
  expect(late.entry.quote).toMatchObject({ text: "" });
});

test("changes of a deleted message are not_found, and its deletion can be sent again", async () => {
  const deletion = change();
  const { entry } = ok(await ada.emit("delete", deletion));
  expect(ok(await ada.emit("delete", deletion)).entry).toEqual(entry);
  expect(codeOf(await ada.emit("delete", change()))).toBe("not_found");
  expect(codeOf(await ada.emit("edit", { ...change(), text: "x" }))).toBe("not_found");
  expect(codeOf(await bob.emit("react", { ...change(), emoji: "👍" }))).toBe("not_found");
});

test("a reaction is a set of people for each emoji", async () => {
  const reactions = async (client: Client, emoji: string, on: boolean) =>
    changeOf(await client.emit("react", { ...change(), emoji, on })).message.reactions;
  const [adaId, bobId] = [ada.session.user.id, bob.session.user.id];
  expect(await reactions(bob, "👍", true)).toEqual({ "👍": [bobId] });
  expect(await reactions(ada, "👍", true)).toEqual({ "👍": [bobId, adaId] });
  expect(await reactions(ada, "❤️", true)).toEqual({ "👍": [bobId, adaId], "❤️": [adaId] });
  expect(await reactions(bob, "👍", false)).toEqual({ "👍": [adaId], "❤️": [adaId] });
  await reactions(ada, "👍", false);
  expect(await reactions(ada, "❤️", false)).toBeUndefined();
});

test("a change that changes nothing makes no entry, and is answered by the message", async () => {
  const react = (on: boolean) => bob.emit("react", { ...change(), emoji: "👍", on });
  const { message: reacted } = changeOf(await react(true));
  expect(ok(await react(true)).entry).toEqual(reacted);
  const same = { ...change(), text: SECRET };
  expect(ok(await ada.emit("edit", same)).entry).toEqual(reacted);
  const { message: bare } = changeOf(await react(false));
  expect(ok(await react(false)).entry).toEqual(bare);
  expect((await logOf(bob)).map(({ kind }) => kind)).toEqual(["message", "react", "react"]);
});

test("the owner of a room deletes any message, and edits none", async () => {
  expect(codeOf(await bob.emit("edit", { ...change(), text: "x" }))).toBe("forbidden");
  expect(ok(await bob.emit("delete", change())).entry).toMatchObject({
    author: bob.session.user,
    message: { author: ada.session.user, text: "" },
  });
});

test("a reply must be to a message of the room", async () => {
  ok(await ada.emit("edit", { ...change(), text: "x" }));
  for (const replyTo of [0, 2, 99]) {
    const ack = await bob.emit("message", { ...newMessage(room, "what?"), replyTo });
    expect(codeOf(ack), `${replyTo}`).toBe("not_found");
  }
});

describe("a stranger, over a bare WebSocket,", () => {
  let owner: Client;
  let ada: Client;
  let eve: Client;
  const room = newRoom();
  const change = (seq = 1) => ({ room, id: randomUUID(), seq });

  beforeAll(async () => {
    owner = await openBare(stack.origin, { name: "Owner" });
    ada = await openBare(stack.origin, { name: "Ada" });
    eve = await openBare(stack.origin, { name: "Eve" });
    ok(await owner.emit("joinRoom", { room }));
    ok(await ada.emit("joinRoom", { room }));
    ok(await owner.emit("message", newMessage(room, "mine")));
    ok(await owner.emit("edit", { ...change(), text: "still mine" }));
  });
  afterAll(() => Promise.all([owner, ada, eve].map((client) => client.close())));

  const events = [
    ["edit", { text: "x" }],
    ["delete", {}],
    ["react", { emoji: "👍" }],
  ] as const;

  test.each(events)("who is not in the room is refused the event %s", async (event, more) => {
    expect(codeOf(await eve.emit(event, { ...change(), text: "x", emoji: "👍", ...more }))).toBe(
      "forbidden",
    );
    const elsewhere = { ...change(), text: "x", emoji: "👍", ...more, room: "p-secret" };
    expect(codeOf(await eve.emit(event, elsewhere))).toBe("not_found");
  });

  test.each(events.slice(0, 2))(
    "who is a member is refused the event %s for another person's message",
    async (event, more) => {
      const data = { ...change(), text: "x", ...more };
      expect(codeOf(await ada.emit(event, data))).toBe("forbidden");
      // In the lobby, which nobody owns.
      const { entry } = ok(await owner.emit("message", newMessage("lobby", "mine")));
      expect(codeOf(await ada.emit(event, { ...data, room: "lobby", seq: entry.seq }))).toBe(
        "forbidden",
      );
    },
  );

  test.each(events)(
    "is answered not_found for the event %s of an entry that is no message",
    async (event, more) => {
      for (const seq of [0, 2, 99]) {
        const data = { ...change(seq), text: "x", emoji: "👍", ...more };
        expect(codeOf(await owner.emit(event, data)), `${seq}`).toBe("not_found");
      }
    },
  );

  test("is the author of a change, whatever the payload says (promise 6)", async () => {
    const forged = { ...change(), emoji: "🎭", author: owner.session.user, at: 1 };
    const entry = changeOf(await ada.emit("react", forged));
    expect(entry.author).toEqual(ada.session.user);
    expect(entry.message.reactions).toEqual({ "🎭": [ada.session.user.id] });
    expect(entry.at).toBeGreaterThan(1);
  });
});
