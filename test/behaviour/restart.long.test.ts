import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import type { Room } from "../../protocol/model.ts";
import { newMessage, newRoom, ok } from "../support/acks.ts";
import { type Client, openAdapter, openBare } from "../support/clients.ts";
import { startStack } from "../support/stack.ts";
import { fence } from "./world.ts";

/** What survives when the stack is stopped or killed, and started again with its data. */

test("kill -9 and a restart keep every acknowledged message and the guests' tokens (promise 1)", async () => {
  let stack = await startStack();
  const { dataDir } = stack;
  try {
    const ada = await openAdapter(stack.origin, { name: "Ada" });
    const token = ada.session.token ?? "";
    const acknowledged: string[] = [];
    for (let n = 0; n < 15; n++) {
      const id = randomUUID();
      const ack = await ada.emit("message", { room: "lobby", id, text: `${n}` });
      if (ack.ok) acknowledged.push(id);
    }
    await stack.kill();

    stack = await startStack({ dataDir });
    const again = await openAdapter(stack.origin, { token });
    expect(again.session.user).toEqual(ada.session.user);
    expect(again.session.token).toBeUndefined();
    const history = await again.emit("history", { room: "lobby" });
    expect(history.ok && history.entries.map(({ id }) => id)).toEqual(acknowledged);
    expect(acknowledged).toHaveLength(15);
    await again.close();
  } finally {
    await stack.kill();
    await stack.remove();
  }
});

test("two people with two tabs each agree on rooms and people, also after a restart", async () => {
  let own = await startStack();
  const open = (auth: { name: string } | { token: string }) => openBare(own.origin, auth);
  try {
    const ada = await open({ name: "Ada" });
    const bob = await open({ name: "Bob" });
    const tokens = [ada, bob].map(({ session }) => session.token ?? "");
    const ids = [ada, bob].map(({ session }) => session.user.id);
    const [adaId = "", bobId = ""] = ids;
    const tabs = await Promise.all(tokens.map((token) => open({ token })));

    const pub = ok(await ada.emit("createRoom", { name: "Public" })).room.id;
    const priv = ok(await bob.emit("createRoom", { name: "Private", kind: "private" })).room.id;
    const over = ok(await bob.emit("createRoom", { name: "Over", kind: "private" })).room.id;
    ok(await bob.emit("joinRoom", { room: pub }));
    for (const room of [priv, over]) ok(await bob.emit("invite", { room, user: adaId }));
    const pair = ok(await bob.emit("direct", { user: adaId })).room.id;
    ok(await ada.emit("setRoom", { room: pub, name: "Garden", topic: "Weeds" }));
    ok(await ada.emit("rename", { name: "Ada Lovelace" }));
    ok(await bob.emit("leaveRoom", { room: priv }));
    ok(await bob.emit("remove", { room: over, user: adaId }));
    for (const room of [pub, pair]) ok(await bob.emit("message", newMessage(room)));

    /**
     * Everything that a client has been told about its rooms, since it connected or when it
     * connects again.
     */
    const told = ({ session, heard }: Client): Room[] => {
      const rooms = new Map(session.rooms.map((room) => [room.id, room]));
      for (const [room] of heard.all("room") as [Room & { gone?: true }][]) {
        // Facts without a topic or an owner say that there is none.
        const none = { topic: undefined, owner: undefined };
        if (room.gone) rooms.delete(room.id);
        else rooms.set(room.id, { ...rooms.get(room.id), ...none, ...room });
      }
      return [...rooms.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
    };
    /**
     * Without counts, which a client keeps itself, and without the names of direct rooms, which
     * come from people.
     */
    const known = (rooms: readonly Room[]) =>
      rooms.map(({ id, kind, name, topic, owner }) =>
        kind === "direct" ? { id, kind } : { id, kind, name, topic, owner },
      );
    for (const [n, tab] of tabs.entries()) {
      await fence(tab, n === 0 ? bob : ada);
      const { rooms } = ok(await tab.emit("rooms", {}));
      const mine = rooms.filter(({ read }) => read !== undefined);
      expect(known(told(tab))).toEqual(known(mine));
      const first = n === 0 ? ada : bob;
      expect(ok(await first.emit("rooms", {})).rooms).toEqual(rooms);
    }
    const { rooms } = ok(await ada.emit("rooms", {}));
    expect(rooms).toMatchObject(
      [
        { id: pair, name: "Bob", unread: 1 },
        { id: "lobby" },
        { id: priv, owner: adaId },
        { id: pub, name: "Garden", topic: "Weeds", owner: adaId, unread: 1 },
      ].toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    );
    expect(ok(await bob.emit("rooms", {})).rooms.map(({ id }) => id)).toContain(over);

    await own.kill();
    own = await startStack({ dataDir: own.dataDir });
    const again = await Promise.all([...tokens, ...tokens].map((token) => open({ token })));
    for (const [n, client] of again.entries()) {
      const twin = again[(n + 2) % 4];
      expect(client.session).toEqual(twin?.session);
      const listed = ok(await client.emit("rooms", {})).rooms;
      expect(client.session.rooms.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual(
        listed.filter(({ read }) => read !== undefined),
      );
    }
    expect(again[0]?.session).toMatchObject({ user: { id: adaId, name: "Ada Lovelace" } });
    expect(ok(await (again[0] as Client).emit("rooms", {})).rooms).toEqual(rooms);
    const { people } = ok(await (again[1] as Client).emit("people", { room: pub }));
    expect(people).toEqual(
      [
        { id: adaId, name: "Ada Lovelace", online: true, role: "owner" },
        { id: bobId, name: "Bob", online: true, role: "member" },
      ].toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    );
  } finally {
    await own.kill();
    await own.remove();
  }
});

test("unread messages, mentions and read marks survive a restart", async () => {
  let stack = await startStack();
  try {
    const room = newRoom();
    const ada = await openBare(stack.origin, { name: "Ada" });
    const bob = await openBare(stack.origin, { name: "Bob" });
    for (const client of [ada, bob]) ok(await client.emit("joinRoom", { room }));
    for (const text of ["one", "two"]) {
      const mentions = [bob.session.user.id];
      ok(await ada.emit("message", { ...newMessage(room, text), mentions }));
    }
    ok(await bob.emit("read", { room, seq: 1 }));
    await stack.stop();
    stack = await startStack({ dataDir: stack.dataDir });
    const again = await openBare(stack.origin, { token: bob.session.token ?? "" });
    expect(again.session.rooms.find(({ id }) => id === room)).toMatchObject({
      unread: 1,
      mentions: 1,
      read: 1,
    });
    await again.close();
  } finally {
    await stack.remove();
  }
});
