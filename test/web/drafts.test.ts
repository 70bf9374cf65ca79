import { describe, expect, test, vi } from "vitest";
import type { Draft } from "../../web/chat/state.ts";
import { NoAnswer } from "../../web/chat/wire/errors.ts";
import { createChanges } from "../../web/chat/writing/changes.ts";
import { createDrafts } from "../../web/chat/writing/drafts.ts";
import { ada, bob, fakeWire, message, noUploads, teaStore } from "./state.ts";

describe("the composer's draft", () => {
  function compose(left: Record<string, Draft> = {}, fate?: Error) {
    const store = teaStore([message(1, { author: ada, text: "mine" }), message(2)]);
    const { wire, asked } = fakeWire(() => {
      if (fate) throw fate;
      return { entry: { ...message(3), kind: "edit", of: 1 } };
    });
    const stored: Record<string, Draft> = { ...left };
    const sent: object[] = [];
    const typing = { send: vi.fn() };
    const put = async (room: string, draft: Draft) => {
      stored[room] = draft;
    };
    const drafts = createDrafts({
      store,
      storage: { load: async () => left, put },
      outbox: { add: (room, text, more) => void sent.push({ room, text, ...more }) },
      changes: createChanges({ store, wire, logs: { add: () => {} } }),
      uploads: noUploads,
      typing,
    });
    return { store, stored, sent, asked, typing, ...drafts };
  }

  test("a draft comes back after a reload, unless something was written since", async () => {
    const { store, load, actions } = compose({ tea: { text: "old" }, zoo: { text: "stored" } });
    actions.setDraft("tea", "new");
    await load();
    expect(store.getState().drafts).toEqual({ tea: { text: "new" }, zoo: { text: "stored" } });
  });

  test("a draft is sent as a reply, and mentions the people who are still named in it", async () => {
    const { actions, submit, sent, stored, store } = compose();
    actions.reply("tea", 2);
    actions.mention("tea", bob);
    actions.mention("tea", ada);
    actions.setDraft("tea", "hello @Bob");
    expect(stored.tea).toMatchObject({ text: "hello @Bob", replyTo: 2 });
    expect(submit("tea")).toBe(true);
    expect(sent).toEqual([{ room: "tea", text: "hello @Bob", replyTo: 2, mentions: [bob.id] }]);
    expect(store.getState().drafts.tea).toBeUndefined();
    expect(submit("tea")).toBe(false);
  });

  test("a draft mentions no more people than a message may", async () => {
    const { actions, submit, sent } = compose();
    const crowd = Array.from({ length: 12 }, (_, n) => ({ id: `p${n}`, name: `P${n}.` }));
    for (const person of crowd) actions.mention("tea", person);
    actions.setDraft("tea", crowd.map(({ name }) => `@${name}`).join(" "));
    submit("tea");
    expect(sent).toMatchObject([{ mentions: { length: 10 } }]);
  });

  test("editing begins with the text that is shown, sent or not", async () => {
    const { actions, submit, asked, store } = compose({}, new NoAnswer(false));
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

  test("a draft waits while a message is edited, and editing tells nobody that one is typing", async () => {
    const { actions, submit, asked, store, typing } = compose();
    actions.setDraft("tea", "half");
    expect(typing.send).toHaveBeenCalledTimes(1);
    actions.editLast("tea");
    expect(store.getState().editing).toEqual({ room: "tea", seq: 1, text: "mine" });
    actions.setDraft("tea", "better");
    expect(submit("tea")).toBe(false);
    await expect.poll(() => asked).toMatchObject([["edit", { seq: 1, text: "better" }]]);
    expect(store.getState()).toMatchObject({
      editing: undefined,
      drafts: { tea: { text: "half" } },
    });
    expect(typing.send).toHaveBeenCalledTimes(1);

    actions.editLast("tea");
    submit("tea");
    actions.editLast("tea");
    actions.setDraft("tea", "  ");
    submit("tea");
    expect(asked.length).toBe(1);
  });
});
