import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ClientError } from "../../protocol/errors.ts";
import type { Entry } from "../../protocol/model.ts";
import { NoAnswer } from "../../web/chat/wire/wire.ts";
import { createChanges, UNDO_MS, withPending } from "../../web/chat/writing/changes.ts";
import { createDrafts, type Draft } from "../../web/chat/writing/drafts.ts";
import { createOutbox } from "../../web/chat/writing/outbox.ts";
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
  const accept = (entries: readonly Entry[]) => void accepted.push(...entries);
  const changes = createChanges({ store, wire, accept, wait });
  const shown = () => {
    const { views, changes: pending, user } = store.getState();
    return withPending(views.tea?.log.entries ?? [], pending, user?.id ?? "");
  };
  return { store, wire, changes, asked, accepted, shown, pending: () => store.getState().changes };
}

const settled = () => vi.advanceTimersByTimeAsync(0);

describe("a change", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  test("shows at once and until its entry is there", async () => {
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

  test("takes a reaction back, and the emoji with its last person", () => {
    const own = message(1, { reactions: { "👍": [ada.id], "🎉": [bob.id, ada.id] } });
    const off = (emoji: string) =>
      ({ kind: "react", id: emoji, room: "tea", seq: 1, at: 0, emoji, on: false }) as const;
    expect(withPending([own], [off("👍"), off("🎉")], ada.id)).toMatchObject([
      { reactions: { "🎉": [bob.id] } },
    ]);
    expect(withPending([own], [off("👍")], ada.id)[0]).not.toHaveProperty("reactions.👍");
  });

  test("is sent with the same id until it is answered, and before the next one", async () => {
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

  test("that gets no answer is suspected of a dead connection, and given up on the third", async () => {
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
      changes.flush();
      await settled();
    }
    expect(asked.length).toBe(3);
    expect(pending()).toEqual([]);
    expect(store.getState().problem).toBe(
      "The message was not changed. The server did not answer.",
    );
  });

  test("is sent by nobody else, should the sign-in end while it waits", async () => {
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

  test("waits for the next connection where there is none", async () => {
    const { changes, asked, pending } = setUp([new NoAnswer(false)]);
    changes.react("tea", 2, "👍", true);
    await settled();
    expect(pending().length).toBe(1);
    changes.flush();
    await settled();
    expect(asked.length).toBe(2);
    expect(pending()).toEqual([]);
  });

  test("that the server refuses is undone on the page, with the reason", async () => {
    const { changes, shown, store } = setUp([new ClientError("forbidden", "Not yours.")]);
    changes.edit("tea", 2, "other");
    await settled();
    expect(shown()).toMatchObject([{ text: "mine" }, { text: "message 2" }]);
    expect(store.getState().problem).toBe("The message was not changed. Not yours.");
  });

  test("P1-25: a deletion shows at once, can be taken back for 5 s and is sent then", async () => {
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

describe("the composer's draft", () => {
  function compose(left: Record<string, Draft> = {}, fates: Error[] = []) {
    const { store, changes, asked } = setUp(fates);
    const kept: Record<string, Draft> = { ...left };
    const posted: object[] = [];
    const outbox = createOutbox({
      post: async (sent) => void posted.push(sent),
      look: () => Promise.reject(new Error("not asked for")),
      head: () => 2,
      ready: () => true,
      suspect() {},
      changed: (outgoing) => store.setState({ outgoing }),
    });
    const typing = vi.fn();
    const put = async (room: string, draft: Draft) => {
      kept[room] = draft;
    };
    const drafts = createDrafts({
      ...{ store, outbox, changes, typing },
      kept: { load: async () => left, put },
    });
    return { store, kept, posted, asked, typing, ...drafts };
  }

  test("comes back after a reload, unless something was written since", async () => {
    const { store, load, actions } = compose({ tea: { text: "old" }, zoo: { text: "kept" } });
    actions.setDraft("tea", "new");
    await load();
    expect(store.getState().drafts).toEqual({ tea: { text: "new" }, zoo: { text: "kept" } });
  });

  test("is sent with what it answers and the people who are still named in it", async () => {
    const { actions, submit, posted, kept, store } = compose();
    actions.reply("tea", 2);
    actions.mention("tea", bob);
    actions.mention("tea", ada);
    actions.setDraft("tea", "hello @Bob");
    expect(kept.tea).toMatchObject({ text: "hello @Bob", replyTo: 2 });
    expect(submit("tea")).toBe(true);
    await vi.waitFor(() => expect(posted.length).toBe(1));
    expect(posted).toMatchObject([{ text: "hello @Bob", replyTo: 2, mentions: [bob.id] }]);
    expect(store.getState().drafts.tea).toBeUndefined();
    expect(kept.tea).toEqual({ text: "" });
    expect(submit("tea")).toBe(false);
  });

  test("mentions no more people than one message can, so that it can be sent", async () => {
    const { actions, submit, posted } = compose();
    const crowd = Array.from({ length: 12 }, (_, n) => ({ id: `p${n}`, name: `P${n}.` }));
    for (const person of crowd) actions.mention("tea", person);
    actions.setDraft("tea", crowd.map(({ name }) => `@${name}`).join(" "));
    submit("tea");
    await vi.waitFor(() => expect(posted).toMatchObject([{ mentions: { length: 10 } }]));
  });

  test("of a rewritten message begins with what is shown of it, though it is not sent yet", async () => {
    const { actions, submit, asked, store } = compose({}, [new NoAnswer(false)]);
    actions.startEditing("tea", 1);
    actions.setDraft("tea", "better");
    submit("tea");
    actions.editLast("tea");
    expect(store.getState().editing).toMatchObject({ text: "better" });
    submit("tea");
    expect(store.getState().changes.length).toBe(1);
    actions.editLast("tea");
    actions.setDraft("tea", "mine");
    submit("tea");
    expect(store.getState().changes).toMatchObject([{ text: "better" }, { text: "mine" }]);
    expect(asked.length).toBe(1);
  });

  test("waits beside a message that is rewritten, which tells nobody that one is typing", async () => {
    const { actions, submit, asked, store, typing } = compose();
    actions.setDraft("tea", "half");
    expect(typing).toHaveBeenCalledTimes(1);
    actions.editLast("tea");
    expect(store.getState().editing).toEqual({ room: "tea", seq: 1, text: "mine" });
    actions.setDraft("tea", "better");
    expect(submit("tea")).toBe(false);
    await vi.waitFor(() => expect(asked).toMatchObject([["edit", { seq: 1, text: "better" }]]));
    expect(store.getState()).toMatchObject({
      editing: undefined,
      drafts: { tea: { text: "half" } },
    });
    expect(typing).toHaveBeenCalledTimes(1);

    actions.editLast("tea");
    submit("tea");
    actions.editLast("tea");
    actions.setDraft("tea", "  ");
    submit("tea");
    expect(asked.length).toBe(1);
  });
});
