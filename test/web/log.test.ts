import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { MessageEntry } from "../../protocol/model.ts";
import {
  emptyLog,
  firstHole,
  hasOlder,
  MAX_HOLE,
  type RoomLog,
  readUpTo,
  withEntries,
  withHead,
  withOlder,
} from "../../web/chat/log.ts";

function entry(seq: number): MessageEntry {
  const author = { id: "u1", name: "Ada" };
  return { room: "lobby", seq, kind: "message", id: `m${seq}`, author, at: seq, text: `${seq}` };
}

const seqs = ({ entries }: RoomLog) => entries.map(({ seq }) => seq);
const logOf = (...known: number[]) => withEntries(emptyLog, known.map(entry));

describe("a room's log", () => {
  test("is the same whatever the order, the grouping and the repetitions in which entries arrive", () => {
    const arrivals = fc.array(fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 10 }));
    fc.assert(
      fc.property(arrivals, (batches) => {
        const log = batches.reduce((so, batch) => withEntries(so, batch.map(entry)), emptyLog);
        const expected = [...new Set(batches.flat())].sort((a, b) => a - b);
        expect(seqs(log)).toEqual(expected);
        expect(log.head).toBe(expected.at(-1) ?? 0);
      }),
    );
  });

  test("names as its first hole what is missing first after a known entry", () => {
    const known = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 1 });
    fc.assert(
      fc.property(known, fc.integer({ min: 0, max: 70 }), (list, head) => {
        const log = withHead(logOf(...list), head);
        const missing: number[] = [];
        for (let seq = Math.min(...list) + 1; seq <= Math.max(head, ...list); seq++) {
          if (!list.includes(seq)) missing.push(seq);
        }
        const [first] = missing;
        const hole = firstHole(log);
        if (first === undefined) {
          expect(hole).toBeUndefined();
          return;
        }
        const length = missing.findIndex((seq, index) => seq !== first + index);
        expect(hole).toEqual({
          after: first - 1,
          missing: length === -1 ? missing.length : length,
        });
      }),
    );
  });

  test("misses all that there is where nothing is known", () => {
    expect(firstHole(emptyLog)).toBeUndefined();
    expect(firstHole(withHead(emptyLog, 3))).toEqual({ after: 0, missing: 3 });
  });

  test("is complete once each first hole has been fetched", () => {
    const known = fc.uniqueArray(fc.integer({ min: 1, max: 200 }), { minLength: 1 });
    fc.assert(
      fc.property(known, fc.integer({ min: 1, max: 20 }), (list, limit) => {
        let log = withHead(logOf(...list), 210);
        for (let hole = firstHole(log); hole; hole = firstHole(log)) {
          const { after, missing } = hole;
          const page = Array.from({ length: Math.min(missing, limit) }, (_, i) => after + 1 + i);
          log = withEntries(log, page.map(entry));
        }
        const first = Math.min(...list);
        expect(seqs(log)).toEqual(Array.from({ length: 211 - first }, (_, i) => first + i));
      }),
    );
  });

  test("is the very same object when nothing in it changes", () => {
    const log = logOf(1, 2, 3);
    expect(withEntries(log, [entry(2)])).toBe(log);
    expect(withHead(log, 2)).toBe(log);
  });

  test("keeps the entry that it has when another comes for the same seq", () => {
    const log = withEntries(logOf(1), [{ ...entry(1), text: "other" }]);
    expect(log.entries[0]).toMatchObject({ text: "1" });
  });

  test("has older entries until its first one is the log's first", () => {
    expect(hasOlder(emptyLog)).toBe(false);
    expect(hasOlder(withHead(emptyLog, 3))).toBe(true);
    expect(hasOlder(logOf(4, 5))).toBe(true);
    expect(hasOlder(logOf(1, 2))).toBe(false);
  });

  test("has no older entries once a page says that there are none", () => {
    const log = withOlder(logOf(7, 8), 7, { entries: [entry(5), entry(6)], more: false });
    expect(seqs(log)).toEqual([5, 6, 7, 8]);
    expect(hasOlder(log)).toBe(false);
    expect(hasOlder(withOlder(logOf(7, 8), 7, { entries: [], more: false }))).toBe(false);
    expect(hasOlder(withOlder(logOf(7, 8), 7, { entries: [entry(6)], more: true }))).toBe(true);
  });

  test("goes on from the newest page where too much is missing to be fetched", () => {
    const far = MAX_HOLE + 10;
    const log = withEntries(logOf(1, 2), [entry(far), entry(far + 1)]);
    expect(seqs(log)).toEqual([far, far + 1]);
    expect(hasOlder(log)).toBe(true);
    expect(firstHole(log)).toBeUndefined();
  });

  test("has been read up to its first hole", () => {
    expect(readUpTo(emptyLog)).toBeUndefined();
    expect(readUpTo(logOf(3, 4))).toBe(4);
    expect(readUpTo(logOf(3, 4, 6))).toBe(4);
  });
});
