import { DeleteCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { describe, expect, test, vi } from "vitest";
import { db } from "../../functions/store/client.ts";
import { putEntry } from "../../functions/store/entries.ts";
import { person } from "../../functions/store/items.ts";
import { documents } from "../support/tables/setup.ts";
import {
  closeConnection,
  connect,
  costOf,
  emit,
  emptyBudget,
  interleave,
  mockPosts,
  newConnectionId,
  newMessage,
  newPerson,
  newRoomId,
  type Posted,
  posted,
  pushes,
  regular,
  sendFrame,
  statuses,
} from "./world.ts";

/** Connection state recovery: what a client recovers after it lost its connection. */
mockPosts();

/** The answer to a connection's CONNECT. */
function answerTo(connectionId: string): { sid: string; pid: string } {
  for (const one of posted) {
    if (one.connectionId !== connectionId || one.packet.type !== "connect") continue;
    return one.packet.data as { sid: string; pid: string };
  }
  throw new Error("CONNECT was not answered");
}

async function inRoom(room: string, name: string, coming = newPerson(name)) {
  const someone = await coming;
  await emit(someone.connectionId, "joinRoom", { room });
  return { ...someone, ...answerTo(someone.connectionId) };
}

/** Two people who write; one of them loses the connection. */
async function scene() {
  const room = newRoomId();
  const [ada, bob] = [await inRoom(room, "ada"), await inRoom(room, "bob", regular("bob"))];
  const say = async (text = "hi") =>
    (await emit(bob.connectionId, "message", newMessage(room, text))).entry;
  return { room, ada, bob, say };
}

async function comeBack(auth: object) {
  const connectionId = newConnectionId();
  const session = await connect(connectionId, auth);
  const answer = answerTo(connectionId);
  return { connectionId, session, ...answer };
}

/** The person's sessions. */
async function sessionsOf(userId: string) {
  const { Items = [] } = await documents.send(
    new QueryCommand({
      TableName: process.env.ROOMS_TABLE,
      KeyConditionExpression: "room = :person AND begins_with(entry, :prefix)",
      ExpressionAttributeValues: { ":person": person(userId), ":prefix": "session#" },
    }),
  );
  return Items;
}

const roomOf = (entry: unknown) => (entry as { room: string }).room;

const seqs = (connectionId: string) =>
  pushes(connectionId, "message").map((entry) => (entry as { seq: number }).seq);

describe("a client that returns with its pid", () => {
  test("is the same socket, and gets the missed entries with their offsets before CONNECT is answered", async () => {
    const { ada, say } = await scene();
    const { at } = await say();
    await closeConnection(ada.connectionId);
    const missed = [await say(), await say()];
    const back = await comeBack({ token: ada.token, pid: ada.pid, offset: String(at) });
    expect(back).toMatchObject({ sid: ada.sid, pid: ada.pid });
    expect(back.sid).not.toBe(back.connectionId);
    const events = posted.filter(({ connectionId }) => connectionId === back.connectionId);
    expect(events.at(-1)?.packet.type).toBe("connect");
    for (const entry of missed) {
      expect(events.map(({ packet }) => packet)).toContainEqual(
        expect.objectContaining({ name: "message", args: [entry, String(entry.at)] }),
      );
    }
  });

  test("gets the entries of the 30 s before the offset again, and no older ones", async () => {
    const { room, ada } = await scene();
    const now = Date.now();
    const base = { room, kind: "message", author: ada.user, text: "x", count: 1 } as const;
    for (const [index, age] of [60_000, 31_000, 29_000, 1_000].entries()) {
      await putEntry({ ...base, seq: index + 1, id: `${index}`, at: now - age });
    }
    const back = await comeBack({ token: ada.token, pid: ada.pid, offset: String(now) });
    expect(seqs(back.connectionId)).toEqual([3, 4]);
  });

  test("gets the entries of several rooms in the order of their times", async () => {
    const { ada, bob, room } = await scene();
    const other = newRoomId();
    for (const { connectionId } of [ada, bob])
      await emit(connectionId, "joinRoom", { room: other });
    await closeConnection(ada.connectionId);
    const said: string[] = [];
    vi.useFakeTimers({ toFake: ["Date"] });
    for (const where of [room, other, "lobby", room, other]) {
      said.push((await emit(bob.connectionId, "message", newMessage(where))).entry.id);
      // Rooms have no order between messages of the same millisecond.
      vi.setSystemTime(Date.now() + 1);
    }
    vi.useRealTimers();
    const back = await comeBack({ token: ada.token, pid: ada.pid });
    const heard = pushes(back.connectionId, "message").map((entry) => (entry as { id: string }).id);
    expect(heard.filter((id) => said.includes(id))).toEqual(said);
  });

  test("is the same guest by the pid alone, if it connects with a name again", async () => {
    const { ada } = await scene();
    const back = await comeBack({ name: "ada", pid: ada.pid });
    expect(back.session.user).toEqual(ada.user);
    expect(back.session.token).toBeUndefined();
    expect(back.sid).toBe(ada.sid);
  });

  test("gets nothing from before its last connection, whatever the offset: it has read that in pages", async () => {
    const { room, ada, say } = await scene();
    const at = Date.now() - 3_600_000;
    const old = { room, kind: "message", author: ada.user, text: "x", count: 1 } as const;
    await putEntry({ ...old, seq: 1, id: "1", at });
    await say();
    const back = await comeBack({ token: ada.token, pid: ada.pid, offset: String(at - 1) });
    expect(back.sid).toBe(ada.sid);
    const heard = pushes(back.connectionId, "message").filter((entry) => roomOf(entry) === room);
    expect(heard).toEqual([expect.objectContaining({ seq: 2 })]);
  });

  test("gets the notices of its rooms again", async () => {
    const { ada, room } = await scene();
    await closeConnection(ada.connectionId);
    const back = await comeBack({ token: ada.token, pid: ada.pid });
    const cy = await inRoom(room, "cy");
    await closeConnection(cy.connectionId);
    expect(pushes(back.connectionId, "presence")).toContainEqual(
      expect.objectContaining({ user: cy.user, online: false }),
    );
  });

  test("misses no message that is sent while it recovers", () =>
    interleave(async () => {
      const { ada, say } = await scene();
      const { at } = await say();
      await closeConnection(ada.connectionId);
      let back = "";
      let said = 0;
      return {
        first: async () => {
          const auth = { token: ada.token, pid: ada.pid, offset: String(at) };
          back = (await comeBack(auth)).connectionId;
        },
        second: async () => {
          said = (await say()).seq;
        },
        check: async (position) => {
          expect(seqs(back), position).toContain(said);
          await closeConnection(back);
        },
      };
    }));
});

describe("a client does not recover with", () => {
  test("the pid of somebody else", async () => {
    const { ada, bob } = await scene();
    const back = await comeBack({ token: bob.token, pid: ada.pid });
    expect(back.session.user).toEqual(bob.user);
    expect([back.sid, back.pid]).toEqual([back.connectionId, expect.not.stringContaining(ada.pid)]);
  });

  test.each([
    "nonsense",
    `${"0".repeat(20)}.${"A".repeat(43)}`,
    `${"0".repeat(20)}.${"A".repeat(43)}.${Date.now()}.sid`,
  ])("the pid %s", async (pid) => {
    const back = await comeBack({ name: "ada", pid });
    expect(back.sid).toBe(back.connectionId);
  });

  test("a pid whose session has ended, and is a new guest", async () => {
    const { ada } = await scene();
    for (const { room, entry } of await sessionsOf(ada.user.id)) {
      const Key = { room, entry };
      await documents.send(new DeleteCommand({ TableName: process.env.ROOMS_TABLE, Key }));
    }
    const back = await comeBack({ name: "ada", pid: ada.pid });
    expect(back.session.user.id).not.toBe(ada.user.id);
    expect(back.sid).toBe(back.connectionId);
  });

  test("a pid after its own DISCONNECT, but is the same guest", async () => {
    const { ada, say } = await scene();
    await sendFrame(ada.connectionId, '{"action":"disconnect"}');
    await say();
    const back = await comeBack({ name: "ada", pid: ada.pid });
    expect(back.session.user).toEqual(ada.user);
    expect([back.sid, back.pid]).toEqual([back.connectionId, expect.not.stringContaining(ada.pid)]);
    expect(seqs(back.connectionId)).toEqual([]);
  });

  test("a pid after its own DISCONNECT, which its $disconnect has overtaken", async () => {
    const { ada } = await scene();
    await closeConnection(ada.connectionId);
    await sendFrame(ada.connectionId, '{"action":"disconnect"}');
    const back = await comeBack({ token: ada.token, pid: ada.pid });
    expect(back.sid).toBe(back.connectionId);
  });

  test("a pid after its own DISCONNECT of a recovered socket", async () => {
    const { ada } = await scene();
    await closeConnection(ada.connectionId);
    const back = await comeBack({ token: ada.token, pid: ada.pid });
    expect(back.sid).toBe(ada.sid);
    await sendFrame(back.connectionId, '{"action":"disconnect"}');
    const again = await comeBack({ token: ada.token, pid: ada.pid });
    expect(again.sid).toBe(again.connectionId);
  });

  test("a person who has recovered too often, and who connects all the same", async () => {
    const { ada, room } = await scene();
    await emptyBudget(ada);
    const back = await comeBack({ token: ada.token, pid: ada.pid });
    expect(back.sid).toBe(back.connectionId);
    expect(back.session.rooms.map(({ id }: { id: string }) => id)).toContain(room);
    expect(pushes(back.connectionId, "message")).toEqual([]);
  });

  test("an absence of more than 200 entries, and gets none of them", async () => {
    const { room, ada } = await scene();
    await closeConnection(ada.connectionId);
    const base = { room, kind: "message", author: ada.user, text: "x", count: 1 } as const;
    for (let seq = 1; seq <= 201; seq++) {
      await putEntry({ ...base, seq, id: `${seq}`, at: Date.now() + seq });
    }
    const back = await comeBack({ token: ada.token, pid: ada.pid });
    expect(back.sid).toBe(back.connectionId);
    expect(back.session.user).toEqual(ada.user);
    expect(seqs(back.connectionId)).toEqual([]);
  });

  test("an absence of more than 320 KB, and not all of them are read", async () => {
    const { room, ada } = await scene();
    await closeConnection(ada.connectionId);
    const text = "x".repeat(16_000);
    const base = { room, kind: "message", author: ada.user, text, count: 1 } as const;
    for (let seq = 1; seq <= 60; seq++) {
      await putEntry({ ...base, seq, id: `${seq}`, at: Date.now() + seq });
    }
    const send = vi.spyOn(db, "send");
    const back = await comeBack({ token: ada.token, pid: ada.pid });
    const reads = send.mock.calls.filter(([{ input }]) => JSON.stringify(input).includes(room));
    send.mockRestore();
    expect(back.sid).toBe(back.connectionId);
    expect(seqs(back.connectionId)).toEqual([]);
    expect(reads.length).toBeLessThan(12);
  });

  test("changes of more large messages than one page carries, and not all of them are read", async () => {
    const { room, ada } = await scene();
    const now = Date.now();
    const base = { room, author: ada.user, count: 60 };
    for (let n = 1; n <= 60; n++) {
      const message = { seq: n, id: `${n}`, kind: "message", text: "👍".repeat(4_000) } as const;
      await putEntry({ ...base, ...message, at: now - 60_000 + n });
      await putEntry({
        ...base,
        seq: 60 + n,
        id: `${n}`,
        kind: "edit",
        of: n,
        at: now - 1_000 + n,
      });
    }
    let back: { sid: string } | undefined;
    const { units } = await costOf(async () => {
      back = await comeBack({ token: ada.token, pid: ada.pid, offset: String(now) });
    });
    expect(back?.sid).not.toBe(ada.sid);
    expect(units).toBeLessThan(150);
  });

  test("a replay that takes longer than CONNECT can wait", async () => {
    const { ada, say } = await scene();
    await closeConnection(ada.connectionId);
    for (let n = 0; n < 15; n++) await say();
    vi.useFakeTimers({ toFake: ["Date"] });
    const push = posted.push.bind(posted);
    const spy = vi.spyOn(posted, "push").mockImplementation((one: Posted) => {
      const isReplayed = one.packet.type === "event" && one.packet.name === "message";
      if (isReplayed) vi.setSystemTime(Date.now() + 1_000);
      return push(one);
    });
    const back = await comeBack({ token: ada.token, pid: ada.pid });
    spy.mockRestore();
    vi.useRealTimers();
    expect(seqs(back.connectionId).length).toBeLessThan(12);
    expect(back.sid).toBe(back.connectionId);
    expect(back.session.user).toEqual(ada.user);
  });

  test("a replay whose posts do not get through", async () => {
    const { ada, say } = await scene();
    await closeConnection(ada.connectionId);
    await say();
    const connectionId = newConnectionId();
    statuses.set(connectionId, [403]);
    await connect(connectionId, { token: ada.token, pid: ada.pid });
    expect(answerTo(connectionId).sid).toBe(connectionId);
  });
});
