import { describe, expect, test, vi } from "vitest";
import type { Draft, LocalFile } from "../../web/chat/state.ts";
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
    const uploads = { ...noUploads };
    const put = async (room: string, draft: Draft) => {
      stored[room] = draft;
    };
    const drafts = createDrafts({
      store,
      storage: { load: async () => left, put },
      outbox: { add: (room, text, more) => void sent.push({ room, text, ...more }) },
      changes: createChanges({ store, wire, logs: { add: () => {} } }),
      uploads,
      typing,
    });
    return { store, stored, sent, asked, typing, uploads, ...drafts };
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

  const file = (key: string, scaled = true): LocalFile => {
    return { key, name: `${key}.png`, type: "image/png", size: 1, scaled };
  };

  test("files that are added while others are prepared come after them, and are counted with them", async () => {
    const { actions, submit, store, uploads } = compose();
    const begun: [names: string[], before: number, done: () => void][] = [];
    vi.spyOn(uploads, "attach").mockImplementation(async (files, before) => {
      const names = files.map(({ name }) => name);
      await new Promise<void>((done) => begun.push([names, before.length, done]));
      return names.map((name) => file(name));
    });
    actions.attach("tea", [new File([], "one"), new File([], "two")]);
    actions.attach("tea", [new File([], "three")]);
    await vi.waitUntil(() => begun.length === 1);
    begun[0]?.[2]();
    await vi.waitUntil(() => begun.length === 2);
    expect(begun[1]?.slice(0, 2)).toEqual([["three"], 2]);
    expect(submit("tea")).toBe(false);
    begun[1]?.[2]();
    await vi.waitUntil(() => !store.getState().preparing.has("tea"));
    expect(store.getState().drafts.tea?.files).toMatchObject(
      ["one", "two", "three"].map((key) => ({ key })),
    );
    expect(submit("tea")).toBe(true);
  });

  test("a picture that is taken back while it is made larger stays away", async () => {
    const pictures = [file("one"), file("two")];
    const { actions, store, uploads, load } = compose({ tea: { text: "", files: pictures } });
    await load();
    let done = () => {};
    vi.spyOn(uploads, "enlarge").mockImplementation(async (files) => {
      await new Promise<void>((resolve) => {
        done = resolve;
      });
      return files.map(({ key }) => file(`large ${key}`, false));
    });
    const forget = vi.spyOn(uploads, "forget");
    actions.enlarge("tea");
    await vi.waitUntil(() => vi.mocked(uploads.enlarge).mock.calls.length === 1);
    actions.detach("tea", file("one"));
    done();
    await vi.waitUntil(() => !store.getState().preparing.has("tea"));
    expect(store.getState().drafts.tea?.files).toMatchObject([{ key: "large two" }]);
    expect(forget.mock.lastCall).toMatchObject([[{ key: "large one" }]]);
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
