import { describe, expect, test } from "vitest";
import { getLive, queryLive } from "../../functions/store/live.ts";
import { getMembership } from "../../functions/store/memberships.ts";
import { getPerson } from "../../functions/store/users.ts";
import {
  closeConnection,
  connect,
  emit,
  gone,
  interleave,
  mockPosts,
  newConnectionId,
  newMessage,
  newPerson,
  newRoomId,
  newTab,
  pushes,
  traces,
} from "./world.ts";

/**
 * The orders of steps that close the races. Each test runs a whole action before every step of
 * another one, and fails if steps of either are swapped.
 */
mockPosts();

async function inRoom(room: string, name: string) {
  const someone = await newPerson(name);
  await emit(someone.connectionId, "joinRoom", { room });
  return someone;
}

describe("a message beside a joiner (promise 4)", () => {
  async function scene() {
    const room = newRoomId();
    const sender = await inRoom(room, "sender");
    const joiner = await newPerson("joiner");
    const message = newMessage(room);
    // biome-ignore lint/suspicious/noExplicitAny: the ack, looked at below
    let joined: any;
    return {
      send: () => emit(sender.connectionId, "message", message),
      join: async () => {
        joined = await emit(joiner.connectionId, "joinRoom", { room });
      },
      check: async (position: string) => {
        const seen = [...joined.entries, ...pushes(joiner.connectionId, "message")];
        expect(
          seen.map(({ id }) => id),
          position,
        ).toContain(message.id);
      },
    };
  }

  test("reaches a person who joins while it is sent: the roster is read after the append", () =>
    interleave(async () => {
      const { send, join, check } = await scene();
      return { first: send, second: join, check };
    }));

  test("reaches a person who is joining: the live item is put before the log is read", () =>
    interleave(async () => {
      const { send, join, check } = await scene();
      return { first: join, second: send, check };
    }));
});

describe("messages side by side (promises 2 and 3)", () => {
  test("of two people have one order without a hole", () =>
    interleave(async () => {
      const room = newRoomId();
      const [ada, bob] = await Promise.all([inRoom(room, "ada"), inRoom(room, "bob")]);
      const seqs: number[] = [];
      const say = (connectionId: string) => async () => {
        seqs.push((await emit(connectionId, "message", newMessage(room))).entry.seq);
      };
      return {
        first: say(ada.connectionId),
        second: say(bob.connectionId),
        check: async (position) => expect(seqs.toSorted(), position).toEqual([1, 2]),
      };
    }));

  test("that are one message, sent twice, become one entry", () =>
    interleave(async () => {
      const room = newRoomId();
      const ada = await inRoom(room, "ada");
      const message = newMessage(room);
      const acks: unknown[] = [];
      const say = async () => {
        acks.push((await emit(ada.connectionId, "message", message)).entry);
      };
      return {
        first: say,
        second: say,
        check: async (position) => {
          expect(acks[0], position).toEqual(acks[1]);
          const { entries } = await emit(ada.connectionId, "history", { room });
          expect(entries, position).toHaveLength(1);
        },
      };
    }));
});

describe("a connection that ends (promise 8)", () => {
  test.each(["first", "second"] as const)(
    "while it joins a room leaves no trace, disconnecting %s",
    (order) =>
      interleave(async () => {
        const ada = await newPerson();
        const room = newRoomId();
        const join = () => emit(ada.connectionId, "joinRoom", { room });
        const close = () => closeConnection(ada.connectionId);
        return {
          ...(order === "first" ? { first: close, second: join } : { first: join, second: close }),
          check: async (position) => {
            expect(await traces(ada.connectionId), position).toEqual([]);
          },
        };
      }),
  );

  test("while it connects leaves no trace, and its user offline", () =>
    interleave(async () => {
      const { token, user, connectionId } = await newPerson();
      await closeConnection(connectionId);
      const tab = newConnectionId();
      return {
        first: () => connect(tab, { token }),
        second: () => {
          gone.add(tab);
          return closeConnection(tab);
        },
        check: async (position) => {
          expect(await traces(tab), position).toEqual([]);
          expect(await isOnline(user.id), position).toBe(false);
        },
      };
    }));
});

describe("tabs of one person", () => {
  test.each(["connects", "joins"] as const)(
    "share a room that one joins while the other connects, the one that %s first",
    (order) =>
      interleave(async () => {
        const { token, connectionId } = await newPerson();
        const tab = newConnectionId();
        const room = newRoomId();
        const join = () => emit(connectionId, "joinRoom", { room });
        const connectTab = () => connect(tab, { token });
        return {
          ...(order === "connects"
            ? { first: connectTab, second: join }
            : { first: join, second: connectTab }),
          check: async (position) => {
            expect(await getLive(room, tab), position).toBeDefined();
          },
        };
      }),
  );

  test.each(["leaves", "joins"] as const)(
    "agree when one leaves a room that the other joins, the one that %s first",
    (order) =>
      interleave(async () => {
        const room = newRoomId();
        const { token, user, connectionId } = await inRoom(room, "ada");
        const tab = await newTab(token);
        const leave = () => emit(connectionId, "leaveRoom", { room });
        const join = () => emit(tab, "joinRoom", { room });
        return {
          ...(order === "leaves" ? { first: leave, second: join } : { first: join, second: leave }),
          check: async (position) => {
            const lives = (await queryLive(room)).map((live) => live.connectionId);
            const isMember = (await getMembership(user.id, room)) !== undefined;
            expect(lives.includes(tab), position).toBe(isMember);
          },
        };
      }),
  );
});

describe("presence (promise 8)", () => {
  /** What a watcher believes: the notice with the highest n. */
  function told(watcher: string, userId: string): boolean | undefined {
    const notices = pushes(watcher, "presence") as {
      user: { id: string };
      online: boolean;
      n: number;
    }[];
    return notices
      .filter(({ user }) => user.id === userId)
      .toSorted((a, b) => a.n - b.n)
      .at(-1)?.online;
  }

  test.each(["goes", "comes"] as const)(
    "is online when one tab closes while another connects, the one that %s first",
    (order) =>
      interleave(async () => {
        const room = newRoomId();
        const watcher = await inRoom(room, "watcher");
        const { token, user, connectionId } = await inRoom(room, "ada");
        const tab = newConnectionId();
        const go = () => closeConnection(connectionId);
        const come = () => connect(tab, { token });
        return {
          ...(order === "goes" ? { first: go, second: come } : { first: come, second: go }),
          check: async (position) => {
            expect(await isOnline(user.id), position).toBe(true);
            expect(told(watcher.connectionId, user.id), position).not.toBe(false);
          },
        };
      }),
  );

  test("is offline when the last two tabs close at once, and this is announced once", () =>
    interleave(async () => {
      const room = newRoomId();
      const watcher = await inRoom(room, "watcher");
      const { token, user, connectionId } = await inRoom(room, "ada");
      const tab = await newTab(token);
      return {
        first: () => closeConnection(connectionId),
        second: () => closeConnection(tab),
        check: async (position) => {
          expect(await isOnline(user.id), position).toBe(false);
          expect(told(watcher.connectionId, user.id), position).toBe(false);
          const offline = pushes(watcher.connectionId, "presence").filter((notice) =>
            JSON.stringify(notice).includes('"online":false'),
          );
          expect(offline, position).toHaveLength(1);
        },
      };
    }));
});

async function isOnline(userId: string): Promise<boolean> {
  return (await getPerson(userId))?.tabs.length !== 0;
}
