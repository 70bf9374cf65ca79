import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { MAX_ROOMS } from "../../protocol/limits.ts";
import type { Room } from "../../protocol/model.ts";
import { codeOf, ok } from "../support/acks.ts";
import { type Client, openAdapter, openBare } from "../support/clients.ts";
import { usePeople, useStack } from "./world.ts";

/** Rooms of the three kinds: who makes them, who sees them, who is in them. */

const stack = useStack();
const { come, tabOf } = usePeople(stack);

const newName = () => `Tea ${randomUUID().slice(0, 8)}`;
const newMessage = (room: string, text = "hi") => ({ room, id: randomUUID(), text });
const ofRoom = (id: string) => (room: { id: string }) => room.id === id;
const goneFrom = (id: string) => (room: { id: string; gone?: true }) =>
  room.id === id && room.gone === true;
const idsOf = (rooms: readonly Room[]) => rooms.map(({ id }) => id);

async function newRoom(owner: Client, kind: "public" | "private" = "public"): Promise<Room> {
  return ok(await owner.emit("createRoom", { name: newName(), kind })).room;
}

/** A private room of one, with another one in it. */
async function pairIn(kind: "public" | "private") {
  const [ada, bob] = await Promise.all([come("Ada"), come("Bob")]);
  const room = await newRoom(ada, kind);
  ok(await ada.emit("invite", { room: room.id, user: bob.session.user.id }));
  await bob.heard.next("room", ofRoom(room.id));
  return { ada, bob, room };
}

/** Everything that was said to a client before this has arrived once this has. */
async function fence(client: Client, sender: Client): Promise<void> {
  const message = newMessage("lobby", "fence");
  ok(await sender.emit("message", message));
  await client.heard.next("message", ({ id }: { id: string }) => id === message.id);
}

describe.each([
  ["the adapter", openAdapter],
  ["a bare WebSocket", openBare],
])("a public room, with %s,", (_, open) => {
  test("is made by its name, and belongs to its maker", async () => {
    const [ada, bob] = await Promise.all([come("Ada", open), come("Bob", open)]);
    const tag = randomUUID().slice(0, 8);
    const made = ok(await ada.emit("createRoom", { name: `Thé & ${tag}`, topic: "All of it" }));
    expect(made.room).toEqual({
      id: `the-${tag}`,
      name: `Thé & ${tag}`,
      kind: "public",
      topic: "All of it",
      owner: ada.session.user.id,
      head: 0,
      unread: 0,
      mentions: 0,
      read: 0,
    });
    ok(await ada.emit("message", newMessage(made.room.id)));

    const again = ok(await bob.emit("createRoom", { name: `Thé & ${tag}` }));
    expect(again.room.id).toMatch(new RegExp(`^the-${tag}-[0-9a-f]{8}$`));
    const { rooms } = ok(await bob.emit("rooms", { query: tag }));
    expect(idsOf(rooms)).toEqual([again.room.id, made.room.id]);
    expect(rooms[1]).toMatchObject({ topic: "All of it", owner: ada.session.user.id, unread: 0 });
    expect(rooms[1]).not.toHaveProperty("read");
  });

  test("is renamed by its owner, which everyone in it hears, and the directory shows", async () => {
    const [ada, bob] = await Promise.all([come("Ada", open), come("Bob", open)]);
    const { id } = await newRoom(ada);
    ok(await bob.emit("joinRoom", { room: id }));
    const tab = await tabOf(ada, open);
    const name = newName();
    const set = ok(await ada.emit("setRoom", { room: id, name, topic: "Leaves" }));
    expect(set.room).toMatchObject({ id, name, topic: "Leaves", read: 0 });
    const facts = { id, name, kind: "public", topic: "Leaves", owner: ada.session.user.id };
    for (const client of [bob, tab]) {
      expect(await client.heard.next("room", ofRoom(id))).toEqual([facts]);
    }
    ok(await ada.emit("setRoom", { room: id, topic: "" }));
    await bob.heard.next(
      "room",
      (room: { id: string; topic?: string }) => room.id === id && room.topic === undefined,
    );
    const cy = await come("Cy", open);
    const { rooms } = ok(await cy.emit("rooms", { query: name }));
    expect(rooms).toEqual([
      { id, name, kind: "public", owner: ada.session.user.id, head: 0, unread: 0, mentions: 0 },
    ]);
    expect(ada.heard.all("room")).toEqual([]);
  });
});

test("a name that makes no id, or one that is kept for others, makes a room all the same", async () => {
  const ada = await come("Ada");
  for (const [name, id] of [
    ["茶", /^room(-[0-9a-f]{8})?$/],
    ["p 1", /^room-p-1(-[0-9a-f]{8})?$/],
    ["D-Day", /^room-d-day(-[0-9a-f]{8})?$/],
    ["Lobby", /^lobby-[0-9a-f]{8}$/],
  ] as const) {
    const { room } = ok(await ada.emit("createRoom", { name }));
    expect(room).toMatchObject({ name, id: expect.stringMatching(id), kind: "public" });
  }
});

test("a room that is joined in one tab is told to the person's other ones", async () => {
  const ada = await come("Ada");
  const { id } = await newRoom(ada);
  const bob = await come("Bob");
  const tab = await tabOf(bob);
  ok(await bob.emit("joinRoom", { room: id }));
  expect(await tab.heard.next("room", ofRoom(id))).toMatchObject([{ id, unread: 0, read: 0 }]);
  const message = newMessage(id);
  ok(await ada.emit("message", message));
  await tab.heard.next("message", (entry: { id: string }) => entry.id === message.id);
});

describe("a private room", () => {
  test("is entered by invitation only, in every tab, those that come later too", async () => {
    const [ada, bob] = await Promise.all([come("Ada"), come("Bob")]);
    const tab = await tabOf(bob);
    const room = await newRoom(ada, "private");
    expect(room).toMatchObject({ id: expect.stringMatching(/^p-[0-9a-f]{32}$/), kind: "private" });
    ok(await ada.emit("message", newMessage(room.id, "before")));
    ok(await ada.emit("invite", { room: room.id, user: bob.session.user.id }));
    for (const client of [bob, tab]) {
      const [told] = await client.heard.next("room", ofRoom(room.id));
      expect(told).toEqual({ ...room, head: 1, read: 1 });
    }
    await ada.heard.next("joined", (notice: { room: string }) => notice.room === room.id);
    const later = await tabOf(bob);
    expect(idsOf(later.session.rooms)).toContain(room.id);
    const message = newMessage(room.id);
    ok(await ada.emit("message", message));
    for (const client of [bob, tab, later]) {
      await client.heard.next("message", ({ id }: { id: string }) => id === message.id);
    }
    ok(await bob.emit("message", newMessage(room.id)));
  });

  test("lets any member invite, and tells of one who is there already once only", async () => {
    const { bob, room } = await pairIn("private");
    const cy = await come("Cy");
    ok(await bob.emit("invite", { room: room.id, user: cy.session.user.id }));
    ok(await bob.emit("invite", { room: room.id, user: cy.session.user.id }));
    await fence(cy, bob);
    expect(cy.heard.all("room")).toHaveLength(1);
  });

  test("is not found by anyone else, whatever they ask", async () => {
    const { ada, bob, room } = await pairIn("private");
    const mallory = await come("Mallory");
    const other = { room: room.id, user: bob.session.user.id };
    const message = newMessage(room.id);
    const asked = {
      joinRoom: await mallory.emit("joinRoom", { room: room.id }),
      leaveRoom: await mallory.emit("leaveRoom", { room: room.id }),
      setRoom: await mallory.emit("setRoom", { room: room.id, name: "Mine" }),
      history: await mallory.emit("history", { room: room.id }),
      message: await mallory.emit("message", message),
      people: await mallory.emit("people", { room: room.id }),
      invite: await mallory.emit("invite", { ...other, user: mallory.session.user.id }),
      remove: await mallory.emit("remove", other),
      typing: await mallory.emit("typing", { room: room.id }),
    };
    for (const [event, ack] of Object.entries(asked)) expect(codeOf(ack), event).toBe("not_found");
    const heads = await mallory.emit("heads", { rooms: { [room.id]: 7 } });
    expect(heads).toEqual({ ok: true, heads: {} });
    const { rooms } = ok(await mallory.emit("rooms", { query: room.name }));
    expect(rooms).toEqual([]);
    await fence(ada, mallory);
    expect(ada.heard.all("message").flat()).not.toContainEqual(
      expect.objectContaining({ id: message.id }),
    );
  });

  test("is over at once for who is removed, in every tab", async () => {
    const { ada, bob, room } = await pairIn("private");
    const tab = await tabOf(bob);
    const removed = { room: room.id, user: bob.session.user.id };
    ok(await ada.emit("remove", removed));
    for (const client of [bob, tab]) {
      expect(await client.heard.next("room", goneFrom(room.id))).toEqual([
        { id: room.id, gone: true },
      ]);
    }
    expect(
      await ada.heard.next("left", (notice: { room: string }) => notice.room === room.id),
    ).toEqual([{ room: room.id, user: bob.session.user }]);
    const said = newMessage(room.id, "among ourselves");
    ok(await ada.emit("message", said));
    ok(await ada.emit("setRoom", { room: room.id, topic: "Secret" }));
    for (const client of [bob, tab]) {
      const told = client.heard.all("room").length;
      await fence(client, ada);
      expect(client.heard.all("message").flat()).not.toContainEqual(
        expect.objectContaining({ id: said.id }),
      );
      expect(client.heard.all("room")).toHaveLength(told);
      expect(codeOf(await client.emit("message", newMessage(room.id)))).toBe("not_found");
      expect(codeOf(await client.emit("history", { room: room.id }))).toBe("not_found");
    }
    const later = await tabOf(bob);
    expect(idsOf(later.session.rooms)).not.toContain(room.id);
    expect(codeOf(await ada.emit("remove", removed))).toBe("not_found");
  });

  test("stays for those who have left out of sight, with its log", async () => {
    const ada = await come("Ada");
    const { id } = await newRoom(ada, "private");
    const tab = await tabOf(ada);
    ok(await ada.emit("leaveRoom", { room: id }));
    await tab.heard.next("room", goneFrom(id));
    expect(codeOf(await ada.emit("joinRoom", { room: id }))).toBe("not_found");
  });
});

describe("who may", () => {
  test("see a public room but is not in it may list its people, and nothing else", async () => {
    const { bob, room } = await pairIn("public");
    const mallory = await come("Mallory");
    const other = { room: room.id, user: bob.session.user.id };
    const asked = {
      leaveRoom: await mallory.emit("leaveRoom", { room: room.id }),
      setRoom: await mallory.emit("setRoom", { room: room.id, name: "Mine" }),
      history: await mallory.emit("history", { room: room.id }),
      message: await mallory.emit("message", newMessage(room.id)),
      invite: await mallory.emit("invite", { ...other, user: mallory.session.user.id }),
      remove: await mallory.emit("remove", other),
      typing: await mallory.emit("typing", { room: room.id }),
    };
    for (const [event, ack] of Object.entries(asked)) expect(codeOf(ack), event).toBe("forbidden");
    ok(await mallory.emit("people", { room: room.id }));
  });

  test("only be a member may neither rename the room nor remove anyone", async () => {
    const { ada, bob, room } = await pairIn("public");
    const asked = {
      setRoom: await bob.emit("setRoom", { room: room.id, topic: "Mine" }),
      remove: await bob.emit("remove", { room: room.id, user: ada.session.user.id }),
      removeSelf: await bob.emit("remove", { room: room.id, user: bob.session.user.id }),
      owner: await ada.emit("remove", { room: room.id, user: ada.session.user.id }),
    };
    for (const [event, ack] of Object.entries(asked)) expect(codeOf(ack), event).toBe("forbidden");
  });

  test("be in the lobby may not rename, leave or empty it", async () => {
    const [ada, bob] = await Promise.all([come("Ada"), come("Bob")]);
    const asked = {
      setRoom: await ada.emit("setRoom", { room: "lobby", name: "Mine" }),
      leaveRoom: await ada.emit("leaveRoom", { room: "lobby" }),
      remove: await ada.emit("remove", { room: "lobby", user: bob.session.user.id }),
    };
    for (const [event, ack] of Object.entries(asked)) expect(codeOf(ack), event).toBe("forbidden");
    ok(await ada.emit("invite", { room: "lobby", user: bob.session.user.id }));
  });

  test("name nobody and no room gets not_found", async () => {
    const ada = await come("Ada");
    const { id } = await newRoom(ada);
    const nobody = "0".repeat(20);
    const asked = {
      invite: await ada.emit("invite", { room: id, user: nobody }),
      remove: await ada.emit("remove", { room: id, user: nobody }),
      direct: await ada.emit("direct", { user: nobody }),
      setRoom: await ada.emit("setRoom", { room: "no-such-room", name: "x" }),
      people: await ada.emit("people", { room: "no-such-room" }),
      typing: await ada.emit("typing", { room: "no-such-room" }),
    };
    for (const [event, ack] of Object.entries(asked)) expect(codeOf(ack), event).toBe("not_found");
    expect(codeOf(await ada.emit("direct", { user: ada.session.user.id }))).toBe("bad_request");
  });
});

test("when the owner leaves, the oldest member owns the room, which everyone hears", async () => {
  const [ada, bob, cy] = await Promise.all([come("Ada"), come("Bob"), come("Cy")]);
  const { id } = await newRoom(ada);
  ok(await cy.emit("joinRoom", { room: id }));
  ok(await bob.emit("joinRoom", { room: id }));
  ok(await ada.emit("leaveRoom", { room: id }));
  const owner = cy.session.user.id;
  for (const client of [bob, cy]) {
    expect(await client.heard.next("room", ofRoom(id))).toMatchObject([{ id, owner }]);
  }
  ok(await cy.emit("setRoom", { room: id, topic: "Mine" }));
  expect(codeOf(await bob.emit("setRoom", { room: id, topic: "Mine" }))).toBe("forbidden");
  const back = ok(await ada.emit("joinRoom", { room: id }));
  expect(back.room.owner).toBe(owner);

  for (const client of [ada, bob, cy]) ok(await client.emit("leaveRoom", { room: id }));
  const again = ok(await bob.emit("joinRoom", { room: id }));
  expect(again.room.owner).toBe(bob.session.user.id);
});

describe("a direct room", () => {
  test("is the pair's one room, in every tab of both, those that come later too", async () => {
    const [ada, bob] = await Promise.all([come("Ada", openAdapter), come("Bob")]);
    const tabs = [await tabOf(ada), await tabOf(bob, openAdapter)];
    const users = expect.arrayContaining([ada.session.user, bob.session.user]);
    const { room } = ok(await ada.emit("direct", { user: bob.session.user.id }));
    expect(room).toMatchObject({
      id: expect.stringMatching(/^d-[0-9a-f]{40}$/),
      name: "Bob",
      kind: "direct",
      users,
    });
    expect(room).not.toHaveProperty("owner");
    for (const [client, name] of [
      [bob, "Ada"],
      [tabs[0], "Bob"],
      [tabs[1], "Ada"],
    ] as const) {
      const told = await client?.heard.next("room", ofRoom(room.id));
      expect(told).toEqual([{ ...room, name }]);
    }
    const same = ok(await bob.emit("direct", { user: ada.session.user.id }));
    expect(same.room).toEqual({ ...room, name: "Ada" });

    const later = await tabOf(bob);
    expect(later.session.rooms).toContainEqual({ ...room, name: "Ada" });
    const message = newMessage(room.id);
    ok(await ada.emit("message", message));
    for (const client of [...tabs, bob, later]) {
      await client.heard.next("message", ({ id }: { id: string }) => id === message.id);
    }
    ok(await ada.emit("joinRoom", { room: room.id }));
    const found = ok(await bob.emit("rooms", { query: "ada" }));
    expect(found.rooms).toEqual([{ ...room, name: "Ada", head: 1, unread: 1 }]);
  });

  test("is nobody else's, and of the pair nobody's more than the other's", async () => {
    const [ada, bob, mallory] = await Promise.all([come("Ada"), come("Bob"), come("Mallory")]);
    const { room } = ok(await ada.emit("direct", { user: bob.session.user.id }));
    const asked = {
      joinRoom: await mallory.emit("joinRoom", { room: room.id }),
      history: await mallory.emit("history", { room: room.id }),
      message: await mallory.emit("message", newMessage(room.id)),
      people: await mallory.emit("people", { room: room.id }),
      typing: await mallory.emit("typing", { room: room.id }),
    };
    for (const [event, ack] of Object.entries(asked)) expect(codeOf(ack), event).toBe("not_found");
    const other = { room: room.id, user: mallory.session.user.id };
    expect(codeOf(await ada.emit("invite", other))).toBe("forbidden");
    expect(codeOf(await ada.emit("remove", { ...other, user: bob.session.user.id }))).toBe(
      "forbidden",
    );
    expect(codeOf(await ada.emit("setRoom", { room: room.id, name: "x" }))).toBe("forbidden");
  });

  test("can be left, and is back with its log when one of the two asks for it", async () => {
    const [ada, bob] = await Promise.all([come("Ada"), come("Bob")]);
    const { room } = ok(await ada.emit("direct", { user: bob.session.user.id }));
    ok(await bob.emit("leaveRoom", { room: room.id }));
    ok(await ada.emit("message", newMessage(room.id)));
    expect(codeOf(await bob.emit("history", { room: room.id }))).toBe("not_found");
    const again = ok(await ada.emit("direct", { user: bob.session.user.id }));
    expect(again.room).toMatchObject({ id: room.id, head: 1 });
    await bob.heard.next(
      "room",
      (told: { id: string; head?: number }) => told.id === room.id && told.head === 1,
    );
    expect(ok(await bob.emit("history", { room: room.id })).entries).toHaveLength(1);
  });
});

test(`a person is in ${MAX_ROOMS} rooms at most: one more is refused, by whichever way`, async () => {
  const [ada, bob] = await Promise.all([come("Ada"), come("Bob")]);
  const rooms = Array.from({ length: MAX_ROOMS - 1 }, () => `room-${randomUUID().slice(0, 8)}`);
  for (let from = 0; from < rooms.length; from += 10) {
    const acks = rooms.slice(from, from + 10).map((room) => ada.emit("joinRoom", { room }));
    for (const ack of await Promise.all(acks)) ok(ack);
  }
  const bobs = await newRoom(bob);
  const asked = {
    joinRoom: await ada.emit("joinRoom", { room: bobs.id }),
    joinNew: await ada.emit("joinRoom", { room: `new-${randomUUID()}` }),
    createRoom: await ada.emit("createRoom", { name: newName() }),
    direct: await ada.emit("direct", { user: bob.session.user.id }),
    directTo: await bob.emit("direct", { user: ada.session.user.id }),
    invite: await bob.emit("invite", { room: bobs.id, user: ada.session.user.id }),
  };
  for (const [event, ack] of Object.entries(asked)) expect(codeOf(ack), event).toBe("forbidden");
  expect(ok(await bob.emit("rooms", { query: "new-" })).rooms).toEqual([]);
  const tab = await tabOf(ada);
  expect(tab.session.rooms).toHaveLength(MAX_ROOMS);
  expect(bob.heard.all("room")).toEqual([]);

  ok(await tab.emit("leaveRoom", { room: rooms[0] ?? "" }));
  ok(await ada.emit("direct", { user: bob.session.user.id }));
}, 60_000);
