import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ClientError } from "../../protocol/errors.ts";
import type { Entry } from "../../protocol/model.ts";
import { UNDO_MS } from "../../web/chat/timers.ts";
import { NoAnswer } from "../../web/chat/wire/errors.ts";
import { createChanges, withPending } from "../../web/chat/writing/changes.ts";
import { ada, bob, fakeWire, message, teaStore } from "./state.ts";

const mine = message(1, { author: ada, text: "mine" });

function setUp(fates: Error[] = [], wait = () => Promise.resolve()) {
  const store = teaStore([mine, message(2)]);
  const { wire, asked } = fakeWire((kind, { id, seq }: { id: string; seq: number }) => {
    const fate = fates.shift();
    if (fate) throw fate;
    return { entry: { ...message(3), kind, id, of: seq } };
  });
  const accepted: Entry[] = [];
  const logs = { add: (_: string, entries: readonly Entry[]) => void accepted.push(...entries) };
  const changes = createChanges({ store, wire, logs, wait });
  const shown = () => {
    const { views, changes: pending, user } = store.getState();
    return withPending(views.tea?.log.entries ?? [], pending, user?.id ?? "");
  };
  return { store, wire, changes, asked, accepted, shown, pending: () => store.getState().changes };
}

const settled = () => vi.advanceTimersByTimeAsync(0);

function reconnected(store: ReturnType<typeof teaStore>): void {
  for (const connection of ["down", "up"] as const) store.setState({ connection });
}

describe("an edit, deletion or reaction", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  test("it shows at once, and until its entry is there", async () => {
    const { changes, shown, pending, accepted } = setUp();
    changes.edit("tea", 1, "better");
    changes.react("tea", 2, "👍", true);
    expect(shown()).toMatchObject([
      { text: "better", editedAt: expect.any(Number) },
      { reactions: { "👍": [ada.id] } },
    ]);
    await settled();
    expect(pending()).toEqual([]);
    expect(accepted).toMatchObject([{ kind: "edit" }, { kind: "react" }]);
  });

  test("a reaction can be taken back, and the emoji goes with its last person", () => {
    const own = message(1, { reactions: { "👍": [ada.id], "🎉": [bob.id, ada.id] } });
    const off = (emoji: string) =>
      ({ kind: "react", id: emoji, room: "tea", seq: 1, at: 0, emoji, on: false }) as const;
    expect(withPending([own], [off("👍"), off("🎉")], ada.id)).toMatchObject([
      { reactions: { "🎉": [bob.id] } },
    ]);
    expect(withPending([own], [off("👍")], ada.id)[0]).not.toHaveProperty("reactions.👍");
  });

  test("it is sent with the same id until it is answered, and before the next one (promise 3)", async () => {
    const { changes, asked, pending } = setUp([
      new ClientError("internal", ""),
      new ClientError("busy", ""),
      new ClientError("rate_limited", ""),
    ]);
    changes.edit("tea", 1, "one");
    changes.edit("tea", 1, "two");
    await settled();
    expect(asked.map(([, data]) => data)).toMatchObject([
      { text: "one" },
      { text: "one" },
      { text: "one" },
      { text: "one" },
      { text: "two" },
    ]);
    expect(new Set(asked.map(([, data]) => (data as { id: string }).id)).size).toBe(2);
    expect(pending()).toEqual([]);
  });

  test("it is sent on three connections that do not answer, and then given up", async () => {
    const { changes, asked, pending, store, wire } = setUp([
      new NoAnswer(true),
      new NoAnswer(true),
      new NoAnswer(true),
    ]);
    changes.edit("tea", 1, "better");
    await settled();
    expect([asked.length, pending().length]).toEqual([1, 1]);
    expect(wire.reconnect).toHaveBeenCalledTimes(1);
    for (let connections = 0; connections < 5; connections++) {
      reconnected(store);
      await settled();
    }
    expect(asked.length).toBe(3);
    expect(pending()).toEqual([]);
    expect(store.getState().problem).toBe(
      "The message was not changed. The server did not answer.",
    );
  });

  test("it is not sent once the session has ended", async () => {
    let signOut = () => {};
    const { changes, asked, store } = setUp([new ClientError("busy", "")], () => {
      signOut();
      return Promise.resolve();
    });
    signOut = () => store.setState({ changes: [] });
    changes.edit("tea", 1, "better");
    await settled();
    expect(asked.length).toBe(1);
  });

  test("it waits for the next connection", async () => {
    const { changes, asked, pending, store } = setUp([new NoAnswer(false)]);
    changes.react("tea", 2, "👍", true);
    await settled();
    expect(pending().length).toBe(1);
    reconnected(store);
    await settled();
    expect(asked.length).toBe(2);
    expect(pending()).toEqual([]);
  });

  test("the page takes it back if the server refuses it, and says why", async () => {
    const { changes, shown, store } = setUp([new ClientError("forbidden", "Not yours.")]);
    changes.edit("tea", 2, "other");
    await settled();
    expect(shown()).toMatchObject([{ text: "mine" }, { text: "message 2" }]);
    expect(store.getState().problem).toBe("The message was not changed. Not yours.");
  });

  test("a deletion shows at once, can be undone for 5 s and is sent then", async () => {
    const { changes, shown, asked, pending } = setUp();
    changes.delete("tea", 1);
    expect(shown()[0]).toMatchObject({ text: "", deletedAt: expect.any(Number) });
    await vi.advanceTimersByTimeAsync(UNDO_MS - 1);
    expect(asked).toEqual([]);
    changes.react("tea", 2, "👍", true);
    await settled();
    expect(asked.splice(0)).toMatchObject([["react", { seq: 2 }]]);
    changes.undo(pending()[0]?.id ?? "");
    await vi.advanceTimersByTimeAsync(UNDO_MS);
    expect(asked).toEqual([]);
    expect(shown()[0]).toMatchObject({ text: "mine" });

    changes.delete("tea", 1);
    await vi.advanceTimersByTimeAsync(UNDO_MS);
    expect(asked).toMatchObject([["delete", { room: "tea", seq: 1 }]]);
    changes.delete("tea", 2);
    changes.releaseAll();
    await settled();
    expect(asked).toMatchObject([
      ["delete", { seq: 1 }],
      ["delete", { seq: 2 }],
    ]);
  });
});
