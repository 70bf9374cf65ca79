import { expect } from "vitest";
import type * as entries from "../../functions/store/entries.ts";
import {
  EMPTY,
  getMessages,
  type MessageRecord,
  putEntry,
  readAfter,
  readBefore,
  readHead,
  readHeads,
  replaceMessage,
  seqAt,
} from "../../functions/store/entries.ts";
import { ada, contract, newId } from "./contract.ts";

function messageOf(room: string, seq: number, more: Partial<MessageRecord> = {}): MessageRecord {
  const place = { room, seq, id: `${seq}`, author: ada };
  return { ...place, kind: "message", at: seq * 10, text: "hi", count: seq, ...more };
}

/** A room with that many messages, the nth at the time 10 × n. */
async function newRoom(length: number, text = "hi"): Promise<string> {
  const room = newId();
  for (let seq = 1; seq <= length; seq++) await putEntry(messageOf(room, seq, { text }));
  return room;
}

const seqsOf = (entries: readonly { seq: number }[]) => entries.map(({ seq }) => seq);
const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, n) => from + n);

contract<typeof entries>({
  putEntry: {
    "writes an entry with all of its attributes": async () => {
      const room = newId();
      const message = messageOf(room, 1, {
        text: "👍 hi",
        replyTo: 1,
        mentions: ["bob"],
        editedAt: 5,
        reactions: [{ emoji: "👍", users: ["bob"] }],
        rev: 1,
        changes: ["ada 1"],
      });
      const change = {
        room,
        seq: 2,
        kind: "edit",
        id: "2",
        author: ada,
        at: 20,
        count: 1,
      } as const;
      expect(await putEntry(message)).toBe(true);
      expect(await putEntry({ ...change, of: 1 })).toBe(true);
      expect(await readAfter(room, 10, 0)).toEqual([message, { ...change, of: 1 }]);
    },
    "writes one entry for each seq (promise 2)": async () => {
      const room = await newRoom(1);
      expect(await putEntry(messageOf(room, 1, { text: "another" }))).toBe(false);
      expect(await readAfter(room, 10, 0)).toMatchObject([{ text: "hi" }]);
    },
  },

  replaceMessage: {
    "writes each state over the one before it": async () => {
      const room = await newRoom(1);
      for (const rev of [1, 2, 3]) {
        expect(await replaceMessage({ ...messageOf(room, 1), text: `text ${rev}`, rev })).toBe(
          true,
        );
        expect(await readAfter(room, 1, 0)).toMatchObject([{ text: `text ${rev}`, rev }]);
      }
    },
    "does not overwrite another change": async () => {
      const room = await newRoom(1);
      await replaceMessage({ ...messageOf(room, 1), text: "theirs", rev: 1 });
      for (const rev of [1, 3])
        expect(await replaceMessage({ ...messageOf(room, 1), rev })).toBe(false);
      expect(await readAfter(room, 1, 0)).toMatchObject([{ text: "theirs", rev: 1 }]);
    },
    "does not create an entry": async () => {
      const room = newId();
      for (const rev of [1, 2])
        expect(await replaceMessage({ ...messageOf(room, 1), rev })).toBe(false);
      expect(await readHead(room)).toEqual(EMPTY);
    },
  },

  getMessages: {
    "gives those entries that are messages": async () => {
      const room = await newRoom(2);
      const change = {
        room,
        seq: 3,
        kind: "react",
        id: "3",
        author: ada,
        at: 30,
        count: 2,
      } as const;
      await putEntry({ ...change, of: 1 });
      const found = await getMessages(room, [1, 2, 3, 4]);
      expect(seqsOf(found).toSorted()).toEqual([1, 2]);
      expect(await getMessages(room, [])).toEqual([]);
    },
  },

  readBefore: {
    "gives the last entries below a seq, or of all, ascending": async () => {
      const room = await newRoom(12);
      expect(seqsOf(await readBefore(room, 3))).toEqual([10, 11, 12]);
      expect(seqsOf(await readBefore(room, 3, 10))).toEqual([7, 8, 9]);
      expect(seqsOf(await readBefore(room, 3, 3))).toEqual([1, 2]);
      expect(await readBefore(newId(), 3)).toEqual([]);
    },
  },

  readAfter: {
    "gives the first entries above a seq, ascending": async () => {
      const room = await newRoom(12);
      expect(seqsOf(await readAfter(room, 3, 0))).toEqual([1, 2, 3]);
      expect(seqsOf(await readAfter(room, 3, 9))).toEqual([10, 11, 12]);
      expect(seqsOf(await readAfter(room, 3, 10))).toEqual([11, 12]);
      expect(await readAfter(room, 3, 12)).toEqual([]);
    },
    "reads on where a page of DynamoDB ends, at 1 MB": async () => {
      const room = await newRoom(6, "x".repeat(300_000));
      expect(seqsOf(await readAfter(room, 10, 0))).toEqual(range(1, 6));
    },
  },

  readHeads: {
    "gives those of several logs": async () => {
      const rooms = [await newRoom(3), await newRoom(1), newId()];
      const heads = await readHeads(rooms);
      expect(rooms.map((room) => heads.get(room)?.seq)).toEqual([3, 1, 0]);
    },
  },

  readHead: {
    "gives the newest entry's seq, count and time": async () => {
      expect(await readHead(await newRoom(3))).toMatchObject({ seq: 3, count: 3, at: 30 });
      expect(await readHead(newId())).toEqual(EMPTY);
    },
  },

  seqAt: {
    "finds the newest entry at or before a time": async () => {
      for (const length of [0, 1, 2, 3, 4, 7, 8, 33]) {
        const room = await newRoom(length);
        for (let at = -1; at <= length * 10 + 11; at += 3) {
          const expected = Math.max(0, Math.min(length, Math.floor(at / 10)));
          expect(await seqAt(room, at), `${at} of ${length}`).toBe(expected);
        }
      }
    },
  },
});
