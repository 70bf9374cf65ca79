import { randomUUID } from "node:crypto";
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { describe, expect, test } from "vitest";
import { putEntry } from "../../functions/store/entries.ts";
import { addMention } from "../../functions/store/memberships.ts";
import type { Entry, MessageEntry } from "../../protocol/model.ts";
import { documents } from "../support/tables/setup.ts";
import {
  emit,
  failEachStep,
  interleave,
  mockPosts,
  newMessage,
  newPerson,
  newRoomId,
  newTab,
  posted,
  pushes,
} from "./world.ts";

/** A change is two writes, of the message and then of its entry: what can happen between them. */
mockPosts();

const SECRET = "the secret that was said";

/** Two people in a room, and a message of the first one. */
async function scene(text = "as it was") {
  const room = newRoomId();
  const [ada, bob] = await Promise.all([newPerson("ada"), newPerson("bob")]);
  for (const { connectionId } of [ada, bob]) await emit(connectionId, "joinRoom", { room });
  const said = newMessage(room, text);
  await emit(ada.connectionId, "message", said);
  const change = (more: object) => ({ room, id: randomUUID(), seq: 1, ...more });
  return { room, ada, bob, said, change };
}

async function logOf({ connectionId }: { connectionId: string }, room: string): Promise<Entry[]> {
  return (await emit(connectionId, "history", { room })).entries;
}

function firstMessage([entry]: readonly Entry[]): MessageEntry {
  if (entry?.kind !== "message") throw new Error("The log does not begin with a message");
  return entry;
}

/** What every reader of the log relies on: each change has the message as it is now. */
function expectAgreement(log: readonly Entry[], position: string): void {
  const message = firstMessage(log);
  for (const entry of log) {
    if (entry.kind !== "message") expect(entry.message, position).toEqual(message);
  }
  expect(
    log.map(({ seq }) => seq),
    position,
  ).toEqual(log.map((_, index) => index + 1));
}

async function isStored(room: string, text: string): Promise<boolean> {
  const { Items = [] } = await documents.send(
    new ScanCommand({ TableName: process.env.HISTORY_TABLE }),
  );
  return JSON.stringify(Items.filter((item) => item.room === room)).includes(text);
}

describe("changes side by side (promise 2)", () => {
  test("to one message by its author in two tabs are each made once", () =>
    interleave(async () => {
      const { room, ada, change } = await scene();
      const tab = await newTab(ada.token);
      const edit = (connectionId: string, text: string) => () =>
        emit(connectionId, "edit", change({ text }));
      return {
        first: edit(ada.connectionId, "from one tab"),
        second: edit(tab, "from the other"),
        check: async (position) => {
          const log = await logOf(ada, room);
          expect(log, position).toHaveLength(3);
          expect(firstMessage(log).rev, position).toBe(2);
          expectAgreement(log, position);
        },
      };
    }));

  test("by two people with the same emoji are both kept", () =>
    interleave(async () => {
      const { room, ada, bob, change } = await scene();
      const react = ({ connectionId }: { connectionId: string }) =>
        emit(connectionId, "react", change({ emoji: "👍" }));
      return {
        first: () => react(ada),
        second: () => react(bob),
        check: async (position) => {
          const log = await logOf(ada, room);
          const { reactions } = firstMessage(log);
          const users = [ada.user.id, bob.user.id].toSorted();
          expect(reactions?.["👍"]?.toSorted(), position).toEqual(users);
          expectAgreement(log, position);
        },
      };
    }));

  test("that are one change, sent twice, are made once (promise 3)", () =>
    interleave(async () => {
      const { room, ada, change } = await scene();
      const edit = change({ text: "once" });
      const acks: unknown[] = [];
      const send = async () => {
        acks.push((await emit(ada.connectionId, "edit", edit)).entry);
      };
      return {
        first: send,
        second: send,
        check: async (position) => {
          const log = await logOf(ada, room);
          expect(log, position).toHaveLength(2);
          expect(firstMessage(log).rev, position).toBe(1);
          expect(acks, position).toEqual([log[1], log[1]]);
        },
      };
    }));

  test.each(["edited", "reacted to", "answered", "sent again"] as const)(
    "leave nothing of a text that is deleted while its message is %s",
    (how) =>
      interleave(async () => {
        const { room, ada, bob, said, change } = await scene(SECRET);
        const events = {
          "sent again": ["message", said],
          edited: ["edit", change({ text: `${SECRET}, edited` })],
          "reacted to": ["react", change({ emoji: "👀" })],
          answered: ["message", { ...newMessage(room, "what?"), replyTo: 1 }],
        } as const;
        const [event, data] = events[how];
        let since = 0;
        return {
          first: () => emit(ada.connectionId, event, data),
          second: async () => {
            await emit(ada.connectionId, "delete", change({}));
            since = posted.length;
          },
          check: async (position) => {
            expect(await isStored(room, SECRET), position).toBe(false);
            const log = await logOf(bob, room);
            expect(JSON.stringify(log), position).not.toContain(SECRET);
            expect(firstMessage(log), position).toMatchObject({
              text: "",
              deletedAt: expect.any(Number),
            });
            expectAgreement(log, position);
            const after = JSON.stringify(posted.slice(since));
            expect(after, position).not.toContain(SECRET);
          },
        };
      }),
  );
});

test("a change that is sent again is pushed again, with the message as it is now", async () => {
  const { ada, bob, said, change } = await scene();
  const edit = change({ text: "edited" });
  const { entry } = await emit(ada.connectionId, "edit", edit);
  posted.length = 0;
  expect(await emit(ada.connectionId, "message", said)).toEqual({ ok: true, entry: entry.message });
  expect(await emit(ada.connectionId, "edit", edit)).toEqual({ ok: true, entry });
  expect(pushes(bob.connectionId, "message")).toEqual([entry.message]);
  expect(pushes(bob.connectionId, "edit")).toEqual([entry]);
});

test("a page that is full of changes names more, and the next one has the message (promise 4)", async () => {
  const { room, ada, bob, change } = await scene();
  for (let n = 0; n < 4; n++) {
    await emit(bob.connectionId, "react", change({ emoji: "👍", on: n % 2 === 0 }));
  }
  const pageBefore = (before?: number) =>
    emit(ada.connectionId, "history", { room, before, limit: 4 });
  const newest = await pageBefore();
  expect(newest.entries.map(({ kind }: Entry) => kind)).toEqual(Array(4).fill("react"));
  expect(newest.more).toBe(true);
  const next = await pageBefore(newest.entries[0].seq);
  expect(next).toMatchObject({ entries: [{ seq: 1, kind: "message" }], more: false });
});

describe("a change that fails between its writes", () => {
  test("is made once by its retry, and does not undo what came between (promise 3)", () =>
    failEachStep(async () => {
      const { room, ada, bob, change } = await scene();
      const tab = await newTab(ada.token);
      const older = change({ text: "older" });
      return {
        action: () => emit(ada.connectionId, "edit", older),
        check: async (position) => {
          const before = firstMessage(await logOf(ada, room));
          await emit(tab, "edit", change({ text: "newer" }));
          posted.length = 0;
          const { entry } = await emit(ada.connectionId, "edit", older);
          const log = await logOf(ada, room);
          const message = firstMessage(log);
          expect(message.rev, position).toBe(2);
          expect(message.text, position).toBe(before.rev === 1 ? "newer" : "older");
          expect(
            log.map(({ kind }) => kind),
            position,
          ).toEqual(["message", "edit", "edit"]);
          expect(entry, position).toEqual(log.find(({ id }) => id === older.id));
          expect(pushes(bob.connectionId, "edit"), position).toEqual([entry]);
        },
      };
    }));

  test("leaves nothing of a deleted text once it is retried", () =>
    failEachStep(async () => {
      const { room, ada, bob, change } = await scene(SECRET);
      const deletion = change({});
      return {
        action: () => emit(ada.connectionId, "delete", deletion),
        check: async (position) => {
          expect((await emit(ada.connectionId, "delete", deletion)).ok, position).toBe(true);
          expect(await isStored(room, SECRET), position).toBe(false);
          const log = await logOf(bob, room);
          expect(
            log.map(({ kind }) => kind),
            position,
          ).toEqual(["message", "delete"]);
          expectAgreement(log, position);
        },
      };
    }));

  test("adds one reaction, whatever the person did to it meanwhile", () =>
    failEachStep(async () => {
      const { room, bob, change } = await scene();
      const on = change({ emoji: "👍" });
      return {
        action: () => emit(bob.connectionId, "react", on),
        check: async (position) => {
          const made = firstMessage(await logOf(bob, room)).rev === 1;
          await emit(bob.connectionId, "react", change({ emoji: "👍", on: false }));
          await emit(bob.connectionId, "react", on);
          const { reactions } = firstMessage(await logOf(bob, room));
          expect(reactions, position).toEqual(made ? undefined : { "👍": [bob.user.id] });
        },
      };
    }));
});

describe("read marks and mentions", () => {
  async function marksOf({ token }: { token: string }, room: string) {
    const tab = await newTab(token);
    const { room: seen } = await emit(tab, "joinRoom", { room });
    return { unread: seen.unread, mentions: seen.mentions, read: seen.read };
  }

  test("have one mention of a message that failed at any step and was sent again", () =>
    failEachStep(async () => {
      const { room, ada, bob } = await scene();
      const message = { ...newMessage(room, "you there?"), mentions: [bob.user.id] };
      return {
        action: () => emit(ada.connectionId, "message", message),
        check: async (position) => {
          await emit(ada.connectionId, "message", message);
          expect(await marksOf(bob, room), position).toEqual({ unread: 2, mentions: 1, read: 0 });
          expect(await marksOf(ada, room), position).toEqual({ unread: 0, mentions: 0, read: 2 });
        },
      };
    }));

  test.each(["read", "message"] as const)(
    "keep a mention that comes while the room is read, %s first",
    (order) =>
      interleave(async () => {
        const { room, ada, bob } = await scene();
        const message = { ...newMessage(room, "you there?"), mentions: [bob.user.id] };
        const read = () => emit(bob.connectionId, "read", { room, seq: 1 });
        const say = () => emit(ada.connectionId, "message", message);
        return {
          ...(order === "read" ? { first: read, second: say } : { first: say, second: read }),
          check: async (position) => {
            expect(await marksOf(bob, room), position).toEqual({ unread: 1, mentions: 1, read: 1 });
          },
        };
      }),
  );

  test("only grow, whichever of two tabs is first", () =>
    interleave(async () => {
      const { room, ada, bob } = await scene();
      for (let n = 0; n < 2; n++) await emit(ada.connectionId, "message", newMessage(room));
      const tab = await newTab(bob.token);
      return {
        first: () => emit(bob.connectionId, "read", { room, seq: 2 }),
        second: () => emit(tab, "read", { room, seq: 3 }),
        check: async (position) => {
          expect(await marksOf(bob, room), position).toEqual({ unread: 0, mentions: 0, read: 3 });
        },
      };
    }));

  test("make room for new mentions when the kept ones have been read by replying", async () => {
    const { room, ada, bob } = await scene();
    const mention = () => ({ ...newMessage(room, "you"), mentions: [bob.user.id] });
    for (let seq = 2; seq <= 101; seq++) {
      const { id, text } = newMessage(room);
      const entry = { room, seq, id, text, author: ada.user, at: seq, count: seq };
      await putEntry({ ...entry, kind: "message" });
      await addMention(bob.user.id, room, seq);
    }
    await emit(ada.connectionId, "message", mention());
    // All of them are unread: as many as are kept.
    expect(await marksOf(bob, room)).toMatchObject({ mentions: 100 });
    await emit(bob.connectionId, "message", newMessage(room, "here"));
    await emit(ada.connectionId, "message", mention());
    expect(await marksOf(bob, room)).toMatchObject({ mentions: 1 });
  });
});
