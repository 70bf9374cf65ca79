import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { codeOf, newMessage, newRoom, ok } from "../support/acks.ts";
import { createRoom, fence, idsOf, newName, ofRoom, usePeople } from "./world.ts";

/** Public rooms: who creates them, who is in them, and who may do what. */

const { come, tabOf, pairIn } = usePeople();

describe("a public room", () => {
  test("is created with a name, and belongs to its creator", async () => {
    const [ada, bob] = await Promise.all([come("Ada"), come("Bob")]);
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
      n: expect.any(Number),
      rev: 0,
    });
    ok(await ada.emit("message", newMessage(made.room.id)));

    const again = ok(await bob.emit("createRoom", { name: `Thé & ${tag}` }));
    expect(again.room.id).toMatch(new RegExp(`^the-${tag}-[0-9a-f]{8}$`));
    const { rooms } = ok(await bob.emit("rooms", { query: tag }));
    expect(idsOf(rooms)).toEqual([again.room.id, made.room.id]);
    expect(rooms[1]).toMatchObject({ topic: "All of it", owner: ada.session.user.id, unread: 0 });
    expect(rooms[1]).not.toHaveProperty("read");
  });

  test("can be looked at without joining it, which nobody in it is told", async () => {
    const [ada, bob] = await Promise.all([come("Ada"), come("Bob")]);
    const { id, name } = await createRoom(ada);
    ok(await ada.emit("message", newMessage(id)));
    const owner = ada.session.user.id;
    expect(ok(await bob.emit("getRoom", { room: id }))).toEqual({
      ok: true,
      room: { id, name, kind: "public", owner, head: 1, unread: 0, mentions: 0, rev: 0 },
      online: { count: 1, users: [ada.session.user] },
    });
    await fence(ada, bob);
    expect(ada.heard.all("joined").flat()).not.toContainEqual(
      expect.objectContaining({ room: id }),
    );
    expect(codeOf(await bob.emit("history", { room: id }))).toBe("forbidden");
    const seen = ok(await ada.emit("getRoom", { room: id }));
    expect(seen.room).toMatchObject({ id, read: 1, n: expect.any(Number) });
  });

  test("is created by joining it, unless `create` is false", async () => {
    const ada = await come("Ada");
    const room = newRoom();
    expect(codeOf(await ada.emit("joinRoom", { room, create: false }))).toBe("not_found");
    expect(codeOf(await ada.emit("getRoom", { room }))).toBe("not_found");
    ok(await ada.emit("joinRoom", { room }));
    const bob = await come("Bob");
    ok(await bob.emit("joinRoom", { room, create: false }));
  });

  test("is one room when its createRoom is sent again", async () => {
    const [ada, bob] = await Promise.all([come("Ada"), come("Bob")]);
    const wanted = { id: randomUUID(), name: newName() };
    const { room } = ok(await ada.emit("createRoom", wanted));
    ok(await ada.emit("setRoom", { room: room.id, topic: "Leaves" }));
    const again = ok(await ada.emit("createRoom", wanted));
    expect(again.room).toMatchObject({ id: room.id, topic: "Leaves", n: room.n });
    const { room: bobs } = ok(await bob.emit("createRoom", wanted));
    expect(bobs.id).not.toBe(room.id);
    expect(ok(await bob.emit("createRoom", wanted)).room.id).toBe(bobs.id);
    const { rooms } = ok(await ada.emit("rooms", { query: wanted.name }));
    expect(idsOf(rooms).toSorted()).toEqual([room.id, bobs.id].toSorted());
  });

  test("can be handed over by its owner, which everyone in it is told", async () => {
    const [ada, bob, cy] = await Promise.all([come("Ada"), come("Bob"), come("Cy")]);
    const { id } = await createRoom(ada);
    for (const client of [bob, cy]) ok(await client.emit("joinRoom", { room: id }));
    const owner = bob.session.user.id;
    expect(codeOf(await cy.emit("setRoom", { room: id, owner }))).toBe("forbidden");
    expect(ok(await ada.emit("setRoom", { room: id, owner })).room).toMatchObject({
      owner,
      rev: 1,
    });
    for (const client of [bob, cy]) {
      expect(await client.heard.next("room", ofRoom(id))).toMatchObject([{ id, owner, rev: 1 }]);
    }
    expect(codeOf(await ada.emit("setRoom", { room: id, topic: "Mine" }))).toBe("forbidden");
    ok(await bob.emit("setRoom", { room: id, topic: "Mine" }));
  });

  test("can be renamed by its owner, which everyone in it is told and the directory shows", async () => {
    const [ada, bob] = await Promise.all([come("Ada"), come("Bob")]);
    const { id } = await createRoom(ada);
    ok(await bob.emit("joinRoom", { room: id }));
    const tab = await tabOf(ada);
    const name = newName();
    const set = ok(await ada.emit("setRoom", { room: id, name, topic: "Leaves" }));
    expect(set.room).toMatchObject({ id, name, topic: "Leaves", read: 0 });
    const owner = ada.session.user.id;
    const facts = { id, name, kind: "public", topic: "Leaves", owner, rev: 1 };
    for (const client of [bob, tab]) {
      expect(await client.heard.next("room", ofRoom(id))).toEqual([facts]);
    }
    ok(await ada.emit("setRoom", { room: id, topic: "" }));
    await bob.heard.next(
      "room",
      (room: { id: string; topic?: string }) => room.id === id && room.topic === undefined,
    );
    const cy = await come("Cy");
    const { rooms } = ok(await cy.emit("rooms", { query: name }));
    expect(rooms).toEqual([
      { id, name, kind: "public", owner, rev: 2, head: 0, unread: 0, mentions: 0 },
    ]);
    expect(ada.heard.all("room")).toEqual([]);
  });
});

test("a name that gives no id, or a reserved one, still makes a room", async () => {
  for (const [name, id] of [
    ["茶", /^room(-[0-9a-f]{8})?$/],
    ["p 1", /^room-p-1(-[0-9a-f]{8})?$/],
    ["D-Day", /^room-d-day(-[0-9a-f]{8})?$/],
    ["Lobby", /^lobby-[0-9a-f]{8}$/],
  ] as const) {
    const ada = await come("Ada");
    const { room } = ok(await ada.emit("createRoom", { name }));
    expect(room).toMatchObject({ name, id: expect.stringMatching(id), kind: "public" });
  }
});

test("a room that is joined in one tab is announced to the person's other tabs", async () => {
  const ada = await come("Ada");
  const { id } = await createRoom(ada);
  const bob = await come("Bob");
  const tab = await tabOf(bob);
  ok(await bob.emit("joinRoom", { room: id }));
  expect(await tab.heard.next("room", ofRoom(id))).toMatchObject([{ id, unread: 0, read: 0 }]);
  const message = newMessage(id);
  ok(await ada.emit("message", message));
  await tab.heard.next("message", (entry: { id: string }) => entry.id === message.id);
});

describe("a person", () => {
  test("who sees a public room but is not in it may list its people, and nothing else", async () => {
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

  test("who is only a member may neither rename the room nor remove anyone", async () => {
    const { ada, bob, room } = await pairIn("public");
    const asked = {
      setRoom: await bob.emit("setRoom", { room: room.id, topic: "Mine" }),
      remove: await bob.emit("remove", { room: room.id, user: ada.session.user.id }),
      removeSelf: await bob.emit("remove", { room: room.id, user: bob.session.user.id }),
      owner: await ada.emit("remove", { room: room.id, user: ada.session.user.id }),
    };
    for (const [event, ack] of Object.entries(asked)) expect(codeOf(ack), event).toBe("forbidden");
  });

  test("may not rename, leave or empty the lobby", async () => {
    const [ada, bob] = await Promise.all([come("Ada"), come("Bob")]);
    const asked = {
      setRoom: await ada.emit("setRoom", { room: "lobby", name: "Mine" }),
      leaveRoom: await ada.emit("leaveRoom", { room: "lobby" }),
      remove: await ada.emit("remove", { room: "lobby", user: bob.session.user.id }),
    };
    for (const [event, ack] of Object.entries(asked)) expect(codeOf(ack), event).toBe("forbidden");
    ok(await ada.emit("invite", { room: "lobby", user: bob.session.user.id }));
  });

  test("who names a person or a room that does not exist is answered not_found", async () => {
    const ada = await come("Ada");
    const { id } = await createRoom(ada);
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
    const stranger = (await come("Bob")).session.user.id;
    expect(codeOf(await ada.emit("setRoom", { room: id, owner: stranger }))).toBe("not_found");
  });
});

test("when the owner leaves, the oldest member owns the room, and everyone is told", async () => {
  const [ada, bob, cy] = await Promise.all([come("Ada"), come("Bob"), come("Cy")]);
  const { id } = await createRoom(ada);
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
