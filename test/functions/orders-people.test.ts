import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { finishTodos } from "../../functions/chat/jobs.ts";
import { getConnection } from "../../functions/store/connections.ts";
import { getLive, queryLive } from "../../functions/store/live.ts";
import {
  deleteMembership,
  getListed,
  getMembership,
  putMembership,
  queryMemberList,
  queryMemberships,
} from "../../functions/store/memberships.ts";
import { getListings, getRoom } from "../../functions/store/room-records.ts";
import { putTodo } from "../../functions/store/todos.ts";
import { tabsOf } from "../../functions/store/users.ts";
import { MAX_ROOMS } from "../../protocol/limits.ts";
import { isDirect } from "../../protocol/rooms.ts";
import {
  closeConnection,
  connect,
  emit,
  interleave,
  mockPosts,
  newConnectionId,
  newMessage,
  newPerson,
  newRoomId,
  newTab,
  pushes,
  regular,
} from "./world.ts";

/** The orders of steps for rooms and people, as `orders.test.ts` has those for the log. */
mockPosts();

type Someone = Awaited<ReturnType<typeof newPerson>>;

async function ownedRoom(kind: "public" | "private", ...members: Someone[]) {
  const owner = await regular("owner");
  const { room } = await emit(owner.connectionId, "createRoom", { name: newRoomId(), kind });
  for (const { user } of members) {
    await emit(owner.connectionId, "invite", { room: room.id, user: user.id });
  }
  return { owner, room: room.id as string };
}

/**
 * The membership, the list, the subscriptions and the last notice agree.
 * @param acting a connection that was told by its ack
 */
async function expectAgreement(room: string, { user }: Someone, position: string, acting?: string) {
  const isMember = (await getMembership(user.id, room)) !== undefined;
  expect((await getListed(room, user.id)) !== undefined, `listed ${position}`).toBe(isMember);
  for (const { connectionId } of await tabsOf(user.id)) {
    const live = await getLive(room, connectionId);
    expect(live !== undefined, `live ${position}`).toBe(isMember);
    const rooms = (await getConnection(connectionId))?.rooms;
    // A direct room needs no subscription.
    expect(rooms?.has(room), `subscribed ${position}`).toBe(isMember && !isDirect(room));
    const told = newest(
      (pushes(connectionId, "room") as { id: string; gone?: true; n?: number }[]).filter(
        ({ id, n }) => id === room && n !== undefined,
      ),
    );
    if (told && connectionId !== acting)
      expect(told.gone !== true, `told ${position}`).toBe(isMember);
  }
}

/** The notice that counts for a client, since notices can overtake each other. */
function newest<N extends { n?: number }>(notices: readonly N[]): N | undefined {
  return notices.toSorted((a, b) => (a.n ?? 0) - (b.n ?? 0)).at(-1);
}

/**
 * If the others in the room were told anything about the person, it is true: in the room, or not.
 */
async function expectHeard(watcher: Someone, room: string, { user }: Someone, position: string) {
  const told = (["joined", "left"] as const).flatMap((name) => {
    const notices = pushes(watcher.connectionId, name) as {
      room: string;
      user: { id: string };
      n: number;
    }[];
    const about = notices.filter((notice) => notice.room === room && notice.user.id === user.id);
    return about.map(({ n }) => ({ name, n }));
  });
  const last = newest(told);
  const isIn = (await getMembership(user.id, room)) !== undefined;
  if (last) expect(last.name, position).toBe(isIn ? "joined" : "left");
}

/** Exactly one of the members may do what an owner may, and everyone knows who it is. */
async function expectOneOwner(room: string, people: Someone[], position: string) {
  const members = (await queryMemberList(room, undefined, 100)).map(({ user }) => user.id);
  const owners: string[] = [];
  for (const { connectionId, user } of people) {
    const ack = await emit(connectionId, "setRoom", { room, topic: "Asked for" });
    if (ack.ok) owners.push(user.id);
  }
  expect(owners, position).toHaveLength(Math.min(1, members.length));
  expect((await getRoom(room))?.owner, position).toBe(owners[0]);
}

describe("a person who is removed", () => {
  test("gets no message in a tab that connects meanwhile", () =>
    interleave(async () => {
      const bob = await newPerson("bob");
      const { owner, room } = await ownedRoom("private", bob);
      const tab = newConnectionId();
      return {
        first: () => connect(tab, { token: bob.token }),
        second: () => emit(owner.connectionId, "remove", { room, user: bob.user.id }),
        check: (position) => expectAgreement(room, bob, position),
      };
    }));

  test("sends a message before the removal, or none", () =>
    interleave(async () => {
      const bob = await regular("bob");
      const { owner, room } = await ownedRoom("private", bob);
      // biome-ignore lint/suspicious/noExplicitAny: the ack, looked at below
      let ack: any;
      const message = { room, id: randomUUID(), text: "hi" };
      return {
        first: () => emit(owner.connectionId, "remove", { room, user: bob.user.id }),
        second: async () => {
          ack = await emit(bob.connectionId, "message", message);
        },
        check: async (position) => {
          await expectAgreement(room, bob, position);
          const { entries } = await emit(owner.connectionId, "history", { room });
          expect(entries, position).toHaveLength(ack.ok ? 1 : 0);
          if (!ack.ok) expect(ack.error.code, position).toBe("not_found");
        },
      };
    }));
});

describe.each(["a member", "a newcomer"] as const)("%s", (who) => {
  async function scene(kind: "public" | "private") {
    const [bob, cy] = await Promise.all([regular("bob", 2), regular("cy")]);
    const { owner, room } = await ownedRoom(kind, cy, ...(who === "a member" ? [bob] : []));
    return {
      leave: () => emit(bob.connectionId, "leaveRoom", { room }),
      joining: () => emit(bob.connectionId, "joinRoom", { room }),
      "an invitation": () => emit(cy.connectionId, "invite", { room, user: bob.user.id }),
      remove: () => emit(owner.connectionId, "remove", { room, user: bob.user.id }),
      check: async (position: string) => {
        await expectAgreement(room, bob, position, bob.connectionId);
        await expectHeard(cy, room, bob, position);
      },
    };
  }

  test.each([
    ["leaves", "an invitation", "private"],
    ["is removed", "joining", "public"],
  ] as const)(
    "who %s beside %s is either in or out at the end, and everyone is told the same",
    async (what, how, kind) => {
      for (const inFirst of [true, false]) {
        await interleave(async () => {
          const { check, ...act } = await scene(kind);
          const out = what === "leaves" ? act.leave : act.remove;
          const come = act[how];
          return {
            ...(inFirst ? { first: come, second: out } : { first: out, second: come }),
            check,
          };
        });
      }
    },
    60_000,
  );
});

describe("a connection that joins a room", () => {
  async function expectWatching(room: string, { user, connectionId }: Someone, position: string) {
    const isIn = (await getMembership(user.id, room)) !== undefined;
    const live = await getLive(room, connectionId);
    expect(live?.watching === true, `watches ${position}`).toBe(isIn);
    const listed = await getListed(room, user.id);
    expect(listed !== undefined, `listed ${position}`).toBe(isIn);
  }

  test.each([true, false])("watches it, while another tab leaves: first, %s", (leavesFirst) =>
    interleave(async () => {
      const bob = await regular("bob");
      const { room } = await ownedRoom("public", bob);
      const other = await newTab(bob.token);
      const leave = () => emit(other, "leaveRoom", { room });
      const join = () => emit(bob.connectionId, "joinRoom", { room });
      return {
        ...(leavesFirst ? { first: leave, second: join } : { first: join, second: leave }),
        check: async (position) => {
          await expectWatching(room, bob, position);
          await closeConnection(other);
        },
      };
    }),
  );

  test("watches it, and is on its list, while the sweep finishes a removal that crashed", () =>
    interleave(async () => {
      const bob = await regular("bob");
      const { room } = await ownedRoom("public", bob);
      await putTodo({ kind: "removal", user: bob.user, from: room, n: Date.now() });
      await deleteMembership(bob.user.id, room);
      return {
        first: () => finishTodos(0),
        second: () => emit(bob.connectionId, "joinRoom", { room }),
        check: (position) => expectWatching(room, bob, position),
      };
    }));
});

test("who has left a public room does not return by the createRoom of before, sent again", async () => {
  const [ada, bob] = [await newPerson("ada"), await newPerson("bob")];
  const make = { id: randomUUID(), name: newRoomId() };
  const { room } = await emit(ada.connectionId, "createRoom", make);
  await emit(bob.connectionId, "joinRoom", { room: room.id });
  await emit(ada.connectionId, "leaveRoom", { room: room.id });
  const again = await emit(ada.connectionId, "createRoom", make);
  expect(again).toMatchObject({ error: { code: "forbidden" } });
  expect(await getMembership(ada.user.id, room.id)).toBeUndefined();
});

describe("a room belongs to one of its members", () => {
  test.each(["owner", "heir"] as const)(
    "when its owner and the oldest member leave at once, the %s first",
    (order) =>
      interleave(async () => {
        const [bob, cy] = await Promise.all([regular("bob"), regular("cy")]);
        const { owner, room } = await ownedRoom("private", bob, cy);
        const leave =
          ({ connectionId }: Someone) =>
          () =>
            emit(connectionId, "leaveRoom", { room });
        return {
          ...(order === "owner"
            ? { first: leave(owner), second: leave(bob) }
            : { first: leave(bob), second: leave(owner) }),
          check: (position) => expectOneOwner(room, [owner, bob, cy], position),
        };
      }),
  );

  test.each(["leaves", "comes"] as const)(
    "when its last member leaves while another joins, the one who %s first",
    (order) =>
      interleave(async () => {
        const bob = await regular("bob");
        const { owner, room } = await ownedRoom("public");
        const leave = () => emit(owner.connectionId, "leaveRoom", { room });
        const come = () => emit(bob.connectionId, "joinRoom", { room });
        return {
          ...(order === "leaves" ? { first: leave, second: come } : { first: come, second: leave }),
          check: (position) => expectOneOwner(room, [owner, bob], position),
        };
      }),
  );

  test("when the heir's own leaveRoom crashes while the owner leaves", () =>
    interleave(async () => {
      const [bob, cy] = await Promise.all([regular("bob"), regular("cy")]);
      const { owner, room } = await ownedRoom("private", bob, cy);
      return {
        first: () => emit(owner.connectionId, "leaveRoom", { room }),
        second: () => deleteMembership(bob.user.id, room),
        check: async (position) => {
          await expectOneOwner(room, [owner, bob, cy], position);
          expect((await getRoom(room))?.owner, position).toBe(cy.user.id);
        },
      };
    }));

  test("when the heir is removed while the owner leaves in another tab", () => {
    let tab: string | undefined;
    return interleave(async () => {
      const [bob, cy] = await Promise.all([regular("bob"), regular("cy")]);
      const { owner, room } = await ownedRoom("private", bob, cy);
      tab ??= await newTab(owner.token);
      const other = tab;
      return {
        first: () => emit(owner.connectionId, "remove", { room, user: bob.user.id }),
        second: () => emit(other, "leaveRoom", { room }),
        check: (position) => expectOneOwner(room, [owner, bob, cy], position),
      };
    });
  });

  test("when two members of an abandoned room send at once what only its owner may do", () =>
    interleave(async () => {
      const [bob, cy] = await Promise.all([regular("bob"), regular("cy")]);
      const { owner, room } = await ownedRoom("private", bob, cy);
      await deleteMembership(owner.user.id, room);
      const ask =
        ({ connectionId }: Someone, topic: string) =>
        () =>
          emit(connectionId, "setRoom", { room, topic });
      return {
        first: ask(bob, "bob's"),
        second: ask(cy, "cy's"),
        check: async (position) => {
          expect(await getRoom(room), position).toMatchObject({
            owner: bob.user.id,
            topic: "bob's",
          });
        },
      };
    }));
});

test("two people who ask for their direct room at once get one room, in all of their tabs", () =>
  interleave(async () => {
    const [ada, bob] = await Promise.all([newPerson("ada"), newPerson("bob")]);
    await newTab(bob.token);
    const rooms: string[] = [];
    const ask = (one: Someone, other: Someone) => async () => {
      rooms.push((await emit(one.connectionId, "direct", { user: other.user.id })).room.id);
    };
    return {
      first: ask(ada, bob),
      second: ask(bob, ada),
      check: async (position) => {
        expect(rooms[0], position).toBe(rooms[1]);
        for (const one of [ada, bob]) await expectAgreement(rooms[0] ?? "", one, position);
        expect(await queryLive(rooms[0] ?? ""), position).toHaveLength(3);
      },
    };
  }));

test("of two rooms that a person joins at once as the 100th, at most one is joined", async () => {
  const ada = await newPerson("ada");
  const tab = await newTab(ada.token);
  await Promise.all(
    Array.from({ length: MAX_ROOMS - 2 }, (_, n) =>
      putMembership(ada.user.id, { room: `r${n}`, since: n, read: { seq: 0, count: 0 } }),
    ),
  );
  await interleave(async () => {
    const rooms = [newRoomId(), newRoomId()];
    const owner = await regular("owner");
    for (const room of rooms) await emit(owner.connectionId, "joinRoom", { room });
    return {
      first: () => emit(ada.connectionId, "joinRoom", { room: rooms[0] }),
      second: () => emit(tab, "joinRoom", { room: rooms[1] }),
      check: async (position) => {
        const memberships = await queryMemberships(ada.user.id);
        expect(memberships.length, position).toBeLessThanOrEqual(MAX_ROOMS);
        for (const room of rooms) {
          await expectAgreement(room, ada, position);
          await emit(ada.connectionId, "leaveRoom", { room });
        }
      },
    };
  });
});

describe("a name", () => {
  async function expectName(room: string, { user }: Someone, names: string[], position: string) {
    await finishTodos(0);
    const kept = new Set<string | undefined>();
    for (const { connectionId, user: one } of await tabsOf(user.id)) {
      kept.add(one.name);
      kept.add((await getConnection(connectionId))?.user.name);
      kept.add((await getLive(room, connectionId))?.user.name);
    }
    kept.add((await getListed(room, user.id))?.user.name);
    expect(kept.size, `${[...kept]} ${position}`).toBe(1);
    expect(names, position).toContain([...kept][0]);
  }

  test.each(["joins", "connects"] as const)(
    "is the new one in every copy, when another tab %s meanwhile",
    (what) =>
      interleave(async () => {
        const ada = await newPerson("ada");
        const { room } = await ownedRoom("public", ...(what === "joins" ? [] : [ada]));
        const tab = newConnectionId();
        if (what === "joins") await connect(tab, { token: ada.token });
        return {
          first: () =>
            what === "joins" ? emit(tab, "joinRoom", { room }) : connect(tab, { token: ada.token }),
          second: () => emit(ada.connectionId, "rename", { name: "Eve" }),
          check: (position) => expectName(room, ada, ["Eve"], position),
        };
      }),
  );

  test("is at what its connection writes as soon as it has been told of it", async () => {
    const ada = await newPerson("ada");
    for (const room of ["lobby", (await ownedRoom("public", ada)).room]) {
      const name = `Eve in ${room}`.slice(0, 32);
      const { user } = await emit(ada.connectionId, "rename", { name });
      expect(user).toEqual({ id: ada.user.id, name });
      const { entry } = await emit(ada.connectionId, "message", newMessage(room));
      expect(entry.author).toEqual(user);
    }
  });

  test("is one of two that are set at once, and the same in every copy", () =>
    interleave(async () => {
      const ada = await newPerson("ada");
      const { owner, room } = await ownedRoom("public", ada);
      await emit(owner.connectionId, "joinRoom", { room });
      const tab = await newTab(ada.token);
      return {
        first: () => emit(ada.connectionId, "rename", { name: "Eve" }),
        second: () => emit(tab, "rename", { name: "Lou" }),
        check: async (position) => {
          await expectName(room, ada, ["Eve", "Lou"], position);
          const kept = (await getListed(room, ada.user.id))?.user.name;
          const told = (
            pushes(owner.connectionId, "presence") as { n: number; user: { id: string } }[]
          ).filter(({ user }) => user.id === ada.user.id);
          expect(told.toSorted((a, b) => a.n - b.n).at(-1)?.user, position).toMatchObject({
            id: ada.user.id,
            name: kept,
          });
        },
      };
    }));
});

test("a session that ends while a tab connects with it leaves no connection", () =>
  interleave(async () => {
    const ada = await newPerson("ada");
    const tab = newConnectionId();
    return {
      first: () => connect(tab, { token: ada.token }),
      second: () => emit(ada.connectionId, "signOut", { everywhere: true }),
      check: async (position) => {
        expect(await tabsOf(ada.user.id), position).toEqual([]);
        expect(await getConnection(tab), position).toBeUndefined();
      },
    };
  }));

test("when a room gets two names at once, the directory and everyone in the room have the same last one", () =>
  interleave(async () => {
    const bob = await regular("bob");
    const { owner, room } = await ownedRoom("public", bob);
    const tab = await newTab(owner.token);
    return {
      first: () => emit(owner.connectionId, "setRoom", { room, name: "One", topic: "x" }),
      second: () => emit(tab, "setRoom", { room, name: "Two" }),
      check: async (position) => {
        const [listing] = await getListings([room]);
        const { name, topic } = (await getRoom(room)) ?? {};
        expect(listing, position).toMatchObject({ name, topic });
        const told = pushes(bob.connectionId, "room") as { rev?: number }[];
        const last = told.toSorted((a, b) => (a.rev ?? 0) - (b.rev ?? 0)).at(-1);
        expect(last, position).toMatchObject({ name, topic });
      },
    };
  }));
