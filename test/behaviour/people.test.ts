import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Person, User } from "../../protocol/model.ts";
import { codeOf, newMessage, newRoom, ok } from "../support/acks.ts";
import { BareSocket, type Client, openAdapter, openBare } from "../support/clients.ts";
import { fence, stack, usePeople } from "./world.ts";

/** Finding people, their names, sessions and typing. */

const { come, tabOf } = usePeople();

const ofUser =
  (id: string, name?: string) =>
  ({ user }: { user: User }) =>
    user.id === id && (name === undefined || user.name === name);

describe("people", () => {
  test("lists a room's members, those online first, with who owns the room", async () => {
    const room = newRoom();
    const [ada, bob] = await Promise.all([come("Ada"), come("Bob")]);
    const gone = await openBare(stack.origin, { name: "Gone" });
    for (const client of [ada, bob, gone]) ok(await client.emit("joinRoom", { room }));
    await gone.close();
    await expect
      .poll(async () => ok(await bob.emit("people", { room })))
      .toEqual({
        ok: true,
        people: [
          { ...ada.session.user, online: true, role: "owner" },
          { ...bob.session.user, online: true, role: "member" },
        ]
          .toSorted((a, b) => (a.id < b.id ? -1 : 1))
          .concat({ ...gone.session.user, online: false, role: "member" }),
        more: false,
      });
  });

  test("finds people by a part of their name, online or not, page by page", async () => {
    const tag = randomUUID().slice(0, 8);
    const found = await Promise.all(["Ada", "ADA", "Ada"].map((name) => come(`${name} ${tag}`)));
    const [ada] = found;
    if (!ada) throw new Error("There is nobody");
    const people: Person[] = [];
    for (let after: string | undefined, more = true; more; ) {
      const page = ok(
        await ada.emit("people", { query: `ada ${tag}`, limit: 1, ...(after && { after }) }),
      );
      expect(page.people.length).toBeLessThanOrEqual(1);
      people.push(...page.people);
      ({ after, more } = page);
    }
    expect(people).toEqual(
      found
        .map(({ session }) => ({ ...session.user, online: true, role: "member" }))
        .toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    );
    expect(ok(await ada.emit("people", { query: `no ${tag}` }))).toMatchObject({ people: [] });
  });
});

describe("rename", () => {
  test("gives the person the new name in all tabs, and tells everyone in the same rooms", async () => {
    const room = newRoom();
    const [ada, bob] = await Promise.all([come("Ada"), come("Bob", openAdapter)]);
    const tab = await tabOf(ada, openAdapter);
    for (const client of [ada, bob]) ok(await client.emit("joinRoom", { room }));
    const { id } = ada.session.user;
    const user = { id, name: "Ada Lovelace" };
    expect(ok(await ada.emit("rename", { name: " Ada  Lovelace " })).user).toEqual(user);
    for (const client of [bob, tab]) {
      const [notice] = await client.heard.next("presence", ofUser(id, user.name));
      expect(notice).toEqual({ user, online: true, n: expect.any(Number) });
    }
    for (const client of [ada, tab]) {
      const { entry } = ok(await client.emit("message", newMessage(room)));
      expect(entry.author).toEqual(user);
    }
    const { people } = ok(await bob.emit("people", { room }));
    expect(people.map(({ name }) => name).toSorted()).toEqual(["Ada Lovelace", "Bob"]);
    expect((await tabOf(ada)).session.user).toEqual(user);
    expect(ok(await bob.emit("joinRoom", { room })).online.users).toContainEqual(user);
  });

  test("raises the number of the person's presence, by which clients keep the last name", async () => {
    const [ada, bob] = await Promise.all([come("Ada"), come("Bob")]);
    ok(await bob.emit("joinRoom", { room: "lobby" }));
    const { id } = ada.session.user;
    const numbers: number[] = [];
    for (const name of ["Eve", "Ada"]) {
      ok(await ada.emit("rename", { name }));
      const [notice] = await bob.heard.next("presence", ofUser(id, name));
      numbers.push((notice as { n: number }).n);
    }
    expect(numbers[1]).toBeGreaterThan(numbers[0] ?? Infinity);
  });
});

describe("signOut", () => {
  /** A DISCONNECT comes first, which has no code. */
  const closed = ({ heard }: Client) =>
    heard.next("disconnect", (code?: number) => code !== undefined);

  async function refused(token: string): Promise<void> {
    const socket = await BareSocket.open(stack.origin);
    socket.frame({ action: "connect", data: { token } });
    expect(await socket.heard.next("connect_error")).toMatchObject([
      { data: { code: "unauthorized" } },
    ]);
    await socket.close();
  }

  test("ends the session and every connection that used its token", async () => {
    const [ada, bob] = await Promise.all([come("Ada"), come("Bob")]);
    ok(await bob.emit("joinRoom", { room: "lobby" }));
    const tab = await tabOf(ada);
    ok(await ada.emit("signOut", {}));
    await tab.heard.next("error", ({ code }: { code: string }) => code === "unauthorized");
    await closed(tab);
    expect(codeOf(await ada.emit("rooms", {}))).toBe("unauthorized");
    await refused(ada.session.token ?? "");
    await bob.heard.next(
      "presence",
      ({ user, online }: { user: User; online: boolean }) =>
        user.id === ada.session.user.id && !online,
    );
    const id = await fence(bob, await come("Cy"));
    expect(ada.heard.all("message").flat()).not.toContainEqual(expect.objectContaining({ id }));
    expect(ada.heard.all("disconnect")).toEqual([]);
  });

  test("with everywhere disconnects all of a person's Socket.IO clients, which are told that the server did it", async () => {
    const ada = await come("Ada", openAdapter);
    const tab = await openAdapter(stack.origin, { token: ada.session.token ?? "" });
    ok(await ada.emit("signOut", { everywhere: true }));
    expect(await tab.heard.next("disconnect")).toEqual(["io server disconnect"]);
    await refused(ada.session.token ?? "");
  });

  test("without an ack is answered by a DISCONNECT, and closes the connection", async () => {
    const ada = await come("Ada");
    ada.send("signOut", {});
    expect(await ada.heard.next("disconnect")).toEqual([]);
    await closed(ada);
  });
});

describe("typing", () => {
  test("is sent to the others who watch the room, at most every 3 seconds, and is not in the log", async () => {
    const room = newRoom();
    const [ada, bob, cy] = await Promise.all([come("Ada"), come("Bob"), come("Cy")]);
    for (const client of [ada, bob, cy]) ok(await client.emit("joinRoom", { room }));
    const unwatching = await tabOf(bob);
    const own = await tabOf(ada);
    ok(await own.emit("joinRoom", { room }));
    for (let n = 0; n < 3; n++) expect(await ada.emit("typing", { room })).toEqual({ ok: true });
    for (const client of [bob, cy]) {
      expect(await client.heard.next("typing")).toEqual([{ room, user: ada.session.user }]);
    }
    const dave = await come("Dave");
    for (const client of [ada, bob, cy, own, unwatching]) {
      await fence(client, dave);
      const told = client === bob || client === cy ? 1 : 0;
      expect(client.heard.all("typing")).toHaveLength(told);
    }
    expect(ok(await ada.emit("history", { room }))).toMatchObject({ entries: [], head: 0 });
  });
});
