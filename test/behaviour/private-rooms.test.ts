import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { codeOf, newMessage, ok } from "../support/acks.ts";
import { openAdapter } from "../support/clients.ts";
import { createRoom, fence, idsOf, ofRoom, usePeople } from "./world.ts";

/** Private and direct rooms: who can enter them, and that nobody else can see them. */

const { come, tabOf, pairIn } = usePeople();

const goneFrom = (id: string) => (room: { id: string; gone?: true }) =>
  room.id === id && room.gone === true;

describe("a private room", () => {
  test("is entered by invitation only, then in all of the person's tabs, later ones included", async () => {
    const [ada, bob] = await Promise.all([come("Ada"), come("Bob")]);
    const tab = await tabOf(bob);
    const room = await createRoom(ada, "private");
    expect(room).toMatchObject({ id: expect.stringMatching(/^p-[0-9a-f]{32}$/), kind: "private" });
    ok(await ada.emit("message", newMessage(room.id, "before")));
    ok(await ada.emit("invite", { room: room.id, user: bob.session.user.id }));
    for (const client of [bob, tab]) {
      const [told] = await client.heard.next("room", ofRoom(room.id));
      expect(told).toEqual({ ...room, head: 1, read: 1, n: expect.any(Number) });
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

  test("lets any member invite, and announces a person who is invited twice once", async () => {
    const { bob, room } = await pairIn("private");
    const cy = await come("Cy");
    ok(await bob.emit("invite", { room: room.id, user: cy.session.user.id }));
    ok(await bob.emit("invite", { room: room.id, user: cy.session.user.id }));
    await fence(cy, bob);
    expect(cy.heard.all("room")).toHaveLength(1);
  });

  test("is not_found to everyone else, whatever they send", async () => {
    const { ada, bob, room } = await pairIn("private");
    const mallory = await come("Mallory");
    const other = { room: room.id, user: bob.session.user.id };
    const message = newMessage(room.id);
    const asked = {
      joinRoom: await mallory.emit("joinRoom", { room: room.id }),
      getRoom: await mallory.emit("getRoom", { room: room.id }),
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

  test("is closed at once to a person who is removed, in all tabs", async () => {
    const { ada, bob, room } = await pairIn("private");
    const tab = await tabOf(bob);
    const removed = { room: room.id, user: bob.session.user.id };
    ok(await ada.emit("remove", removed));
    for (const client of [bob, tab]) {
      expect(await client.heard.next("room", goneFrom(room.id))).toEqual([
        { id: room.id, gone: true, n: expect.any(Number) },
      ]);
    }
    expect(
      await ada.heard.next("left", (notice: { room: string }) => notice.room === room.id),
    ).toEqual([{ room: room.id, user: bob.session.user, n: expect.any(Number) }]);
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

  test("is one room when its createRoom is sent again, and not_found to its creator after a removal", async () => {
    const { ada, bob } = await pairIn("private");
    const wanted = { id: randomUUID(), name: "Tea", kind: "private" } as const;
    const [first, second] = await Promise.all([
      ada.emit("createRoom", wanted),
      ada.emit("createRoom", wanted),
    ]);
    const { id } = ok(first).room;
    expect(ok(second).room.id).toBe(id);
    const owner = bob.session.user.id;
    ok(await ada.emit("invite", { room: id, user: owner }));
    ok(await ada.emit("setRoom", { room: id, owner }));
    expect(ok(await ada.emit("createRoom", wanted)).room).toMatchObject({ id, owner });
    ok(await bob.emit("remove", { room: id, user: ada.session.user.id }));
    expect(codeOf(await ada.emit("createRoom", wanted))).toBe("not_found");
  });

  test("is not_found to a person who has left it", async () => {
    const ada = await come("Ada");
    const { id } = await createRoom(ada, "private");
    const tab = await tabOf(ada);
    ok(await ada.emit("leaveRoom", { room: id }));
    await tab.heard.next("room", goneFrom(id));
    expect(codeOf(await ada.emit("joinRoom", { room: id }))).toBe("not_found");
  });
});

describe("a direct room", () => {
  test("is the only one of its pair, in all tabs of both, later ones included", async () => {
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
      expect(told).toEqual([{ ...room, name, n: expect.any(Number) }]);
    }
    const same = ok(await bob.emit("direct", { user: ada.session.user.id }));
    const seenByBob = { ...room, name: "Ada", n: expect.any(Number) };
    expect(same.room).toEqual(seenByBob);

    const later = await tabOf(bob);
    expect(later.session.rooms).toContainEqual(seenByBob);
    const message = newMessage(room.id);
    ok(await ada.emit("message", message));
    for (const client of [...tabs, bob, later]) {
      await client.heard.next("message", ({ id }: { id: string }) => id === message.id);
    }
    ok(await ada.emit("joinRoom", { room: room.id }));
    const found = ok(await bob.emit("rooms", { query: "ada" }));
    // Public rooms of other tests may have a name with these letters.
    const direct = found.rooms.filter(({ kind }) => kind === "direct");
    expect(direct).toEqual([{ ...seenByBob, head: 1, unread: 1 }]);
  });

  test("is not_found to everyone else, and is owned by nobody", async () => {
    const [ada, bob, mallory] = await Promise.all([come("Ada"), come("Bob"), come("Mallory")]);
    const { room } = ok(await ada.emit("direct", { user: bob.session.user.id }));
    const asked = {
      joinRoom: await mallory.emit("joinRoom", { room: room.id }),
      getRoom: await mallory.emit("getRoom", { room: room.id }),
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

  test("can be left, and returns with its log when one of the two asks for it", async () => {
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
