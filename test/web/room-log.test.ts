import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Entry, MessageEntry } from "../../protocol/model.ts";
import { firstHole, lastBeforeHole, MAX_HOLE } from "../../web/chat/log/holes.ts";
import {
  hasOlder,
  newestAt,
  quoteOf,
  withChanges,
  withEntries,
  withOlder,
} from "../../web/chat/log/room-log.ts";
import { emptyLog, type RoomLog } from "../../web/chat/state.ts";

function entry(seq: number): MessageEntry {
  const author = { id: "u1", name: "Ada" };
  return { room: "lobby", seq, kind: "message", id: `m${seq}`, author, at: seq, text: `${seq}` };
}

const seqs = ({ entries }: RoomLog) => entries.map(({ seq }) => seq);
const logOf = (...known: number[]) => withEntries(emptyLog, known.map(entry));

const kind = fc.constantFrom("message", "reply", "edit", "delete", "react");

/** A log as a server writes it: each entry as it was pushed, and as it is in the end. */
function play(steps: { kind: string; of: number; text: string }[]) {
  const told: Entry[] = [];
  const messages = new Map<number, MessageEntry>();
  const withQuote = (message: MessageEntry): MessageEntry => {
    const quoted = message.replyTo === undefined ? undefined : messages.get(message.replyTo);
    if (quoted === undefined) return message;
    const { author, text, deletedAt } = quoted;
    return { ...message, quote: { author, text, ...(deletedAt && { deletedAt }) } };
  };
  for (const [index, { kind, of, text }] of steps.entries()) {
    const seq = index + 1;
    const seqs = [...messages.keys()];
    const message = messages.get(seqs[of % seqs.length] ?? 0);
    // A deleted message does not change any more.
    if (kind === "message" || kind === "reply" || message === undefined || message.deletedAt) {
      const replyTo = kind === "reply" ? message?.seq : undefined;
      messages.set(seq, { ...entry(seq), text, ...(replyTo && { replyTo }) });
      told.push(withQuote({ ...entry(seq), text, ...(replyTo && { replyTo }) }));
      continue;
    }
    const changed = {
      ...message,
      rev: (message.rev ?? 0) + 1,
      ...(kind === "edit" && { text, editedAt: seq }),
      ...(kind === "delete" && { text: "", deletedAt: seq }),
      ...(kind === "react" && { reactions: { "👍": [text] } }),
    };
    messages.set(message.seq, changed);
    const { kind: _, text: __, ...base } = entry(seq);
    const change = kind === "edit" || kind === "delete" ? kind : "react";
    told.push({ ...base, kind: change, of: message.seq, message: withQuote(changed) });
  }
  const last = told.map((entry): Entry => {
    if (entry.kind === "message") return withQuote(messages.get(entry.seq) ?? entry);
    return { ...entry, message: withQuote(messages.get(entry.of) ?? entry.message) };
  });
  return { told, last };
}

/** A log's messages with their quotes as they are shown. */
function quoting(log: RoomLog) {
  return (entry: Entry): Entry => {
    if (entry.kind !== "message" || entry.replyTo === undefined) return entry;
    const quote = quoteOf(entry.quote, newestAt(log, entry.replyTo));
    return { ...entry, ...(quote && { quote }) };
  };
}

describe("a room's log", () => {
  test("it is the same in whatever order, groups and repetitions the entries arrive (promise 2)", () => {
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

  test("its first hole is what is missing first after a known entry", () => {
    const known = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 1 });
    fc.assert(
      fc.property(known, fc.integer({ min: 0, max: 70 }), (list, head) => {
        const log = withEntries(logOf(...list), [], head);
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

  test("all of it is a hole as long as no entry is known", () => {
    expect(firstHole(emptyLog)).toBeUndefined();
    expect(firstHole(withEntries(emptyLog, [], 3))).toEqual({ after: 0, missing: 3 });
  });

  test("it is complete once each first hole has been fetched (promise 4)", () => {
    const known = fc.uniqueArray(fc.integer({ min: 1, max: 200 }), { minLength: 1 });
    fc.assert(
      fc.property(known, fc.integer({ min: 1, max: 20 }), (list, limit) => {
        let log = withEntries(logOf(...list), [], 210);
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

  test("it stays the same object if nothing in it changes", () => {
    const log = logOf(1, 2, 3);
    expect(withEntries(log, [entry(2)])).toBe(log);
    expect(withEntries(log, [], 2)).toBe(log);
  });

  test("it holds the newest state of each message, in whatever order messages and changes arrive", () => {
    const history = fc
      .array(fc.record({ kind, of: fc.nat(), text: fc.string({ minLength: 1 }) }), {
        minLength: 1,
        maxLength: 20,
      })
      .map(play);
    fc.assert(
      fc.property(
        history.chain(({ told, last }) => {
          // Each entry comes at least once: as it was pushed, or as a later page holds it.
          const arrival = fc.constantFrom(...told, ...last);
          return fc.record({
            arrivals: fc
              .array(arrival, { maxLength: 30 })
              .chain((more) => fc.shuffledSubarray([...told, ...more], { minLength: 0 }))
              .map((some) => [...some, ...told.filter((entry) => !some.includes(entry))]),
            last: fc.constant(last),
          });
        }),
        fc.integer({ min: 1, max: 4 }),
        ({ arrivals, last }, size) => {
          let log = emptyLog;
          for (let at = 0; at < arrivals.length; at += size) {
            log = withEntries(log, arrivals.slice(at, at + size));
          }
          const messages = ({ kind }: Entry) => kind === "message";
          expect(log.entries.filter(messages).map(quoting(log))).toEqual(last.filter(messages));
          expect(log.entries.length).toBe(last.length);
        },
      ),
    );
  });

  test("it holds no deleted text, and quotes none, even before the deletion itself has come", () => {
    const gone = { ...entry(1), text: "", deletedAt: 9, rev: 1 };
    const reply: MessageEntry = {
      ...entry(3),
      replyTo: 1,
      quote: { author: entry(1).author, text: "1" },
    };
    const deletion: Entry = { ...entry(4), kind: "delete", of: 1, message: gone };
    const log = withEntries(emptyLog, [entry(2), reply, deletion]);
    const quote = { author: entry(1).author, text: "", deletedAt: 9 };
    expect(quoteOf(reply.quote, newestAt(log, 1))).toEqual(quote);
    expect(withEntries(log, [entry(1)]).entries[0]).toEqual(gone);

    expect(quoteOf(quote, newestAt(logOf(1), 1))).toBe(quote);
  });

  test("it can take over the changes of its messages without the entries themselves", () => {
    const log = logOf(1, 2);
    const edited = { ...entry(2), text: "other", rev: 1 };
    const edit: Entry = { ...entry(900), kind: "edit", of: 2, message: edited };
    expect(withChanges(log, [edit]).entries).toEqual([entry(1), edited]);
    expect(withChanges(log, [entry(901)])).toBe(log);
  });

  test("it keeps the entry it has when another comes with the same seq", () => {
    const log = withEntries(logOf(1), [{ ...entry(1), text: "other" }]);
    expect(log.entries[0]).toMatchObject({ text: "1" });
  });

  test("it has older entries until its first one is the log's first", () => {
    expect(hasOlder(emptyLog)).toBe(false);
    expect(hasOlder(withEntries(emptyLog, [], 3))).toBe(true);
    expect(hasOlder(logOf(4, 5))).toBe(true);
    expect(hasOlder(logOf(1, 2))).toBe(false);
  });

  test("it has no older entries once a page says that there are none", () => {
    const log = withOlder(logOf(7, 8), 7, { entries: [entry(5), entry(6)], more: false });
    expect(seqs(log)).toEqual([5, 6, 7, 8]);
    expect(hasOlder(log)).toBe(false);
    expect(hasOlder(withOlder(logOf(7, 8), 7, { entries: [], more: false }))).toBe(false);
    expect(hasOlder(withOlder(logOf(7, 8), 7, { entries: [entry(6)], more: true }))).toBe(true);
  });

  test("it goes on from the newest page if too much is missing to be fetched", () => {
    const far = MAX_HOLE + 10;
    const log = withEntries(logOf(1, 2), [entry(far), entry(far + 1)]);
    expect(seqs(log)).toEqual([far, far + 1]);
    expect(hasOlder(log)).toBe(true);
    expect(firstHole(log)).toBeUndefined();
  });

  test("it counts as read up to its first hole", () => {
    expect(lastBeforeHole(emptyLog)).toBeUndefined();
    expect(lastBeforeHole(logOf(3, 4))).toBe(4);
    expect(lastBeforeHole(logOf(3, 4, 6))).toBe(4);
  });
});
