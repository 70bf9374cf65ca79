import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { TYPING_EVERY_MS, TYPING_MS } from "../../protocol/limits.ts";
import { createJump } from "../../web/chat/log/jump.ts";
import { roomName, tagOf, withName, withPeople } from "../../web/chat/people/names.ts";
import { createPresence, LEAVE_MS } from "../../web/chat/people/presence.ts";
import { createTyping, typingSentence } from "../../web/chat/people/typing.ts";
import { shownLog, withView } from "../../web/chat/store.ts";
import { createAnnouncer } from "../../web/chat/telling/announcer.ts";
import { browserNotifier, createNotifications } from "../../web/chat/telling/notifications.ts";
import { ada, bob, fakeWire, message, room, teaStore } from "./state.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe("presence", () => {
  function setUp() {
    const store = teaStore([message(1)]);
    const presence = createPresence(store);
    store.setState((state) =>
      withView(state, "tea", () => ({ online: { count: 2, users: [ada, bob] } })),
    );
    return { store, presence, view: () => store.getState().views.tea };
  }

  test("P1-23: who goes is shown so after 10 s, and not at all if they are back by then", () => {
    const { presence, view } = setUp();
    presence.told({ user: bob, online: false, n: 2 });
    vi.advanceTimersByTime(LEAVE_MS - 1);
    expect(view()?.online?.count).toBe(2);
    presence.told({ user: bob, online: true, n: 3 });
    vi.advanceTimersByTime(LEAVE_MS);
    expect(view()?.online?.count).toBe(2);
    // What was overtaken says nothing.
    presence.told({ user: bob, online: false, n: 2 });
    vi.advanceTimersByTime(LEAVE_MS);
    expect(view()?.online?.count).toBe(2);
    presence.told({ user: bob, online: false, n: 4 });
    vi.advanceTimersByTime(LEAVE_MS);
    expect(view()?.online?.users).toEqual([ada]);
  });

  test("is believed of a room that was just read, whatever was missed", () => {
    const { presence, view } = setUp();
    presence.told({ user: bob, online: false, n: 2 });
    presence.know("tea", [ada, bob]);
    vi.advanceTimersByTime(LEAVE_MS);
    expect(view()?.online?.count).toBe(2);
  });

  test("shows oneself by a new name at once", () => {
    const { presence, view, store } = setUp();
    presence.know("tea", [ada, bob]);
    const renamed = { ...ada, name: "Augusta" };
    presence.renamed(renamed);
    expect(view()?.online?.users).toEqual([bob, renamed]);
    expect(store.getState()).toMatchObject({ user: renamed, people: { [ada.id]: renamed } });
  });

  test("of somebody who was never seen in a room says nothing about it", () => {
    const { presence, view } = setUp();
    const eve = { id: "e5e5", name: "Eve" };
    presence.told({ user: eve, online: true, n: 1 });
    expect(view()?.online?.count).toBe(2);
    presence.joined("tea", eve);
    presence.left("tea", bob);
    expect(view()?.online?.users).toEqual([ada, eve]);
    expect(view()?.notices).toMatchObject([
      { kind: "joined", user: eve, after: 1 },
      { kind: "left", user: bob, after: 1 },
    ]);
  });
});

describe("typing", () => {
  test("P1-22: is told every 3 s at most, and gone after 5 s", () => {
    const store = teaStore();
    const { wire, asked } = fakeWire();
    const typing = createTyping(store, wire);
    typing.tell("tea");
    vi.advanceTimersByTime(TYPING_EVERY_MS - 1);
    typing.tell("tea");
    typing.tell("elsewhere");
    expect(asked).toEqual([["typing", { room: "tea" }]]);
    vi.advanceTimersByTime(1);
    typing.tell("tea");
    expect(asked.length).toBe(2);

    const shown = () => store.getState().typing.tea ?? [];
    typing.told({ room: "tea", user: bob });
    typing.told({ room: "tea", user: ada });
    vi.advanceTimersByTime(TYPING_MS - 1);
    typing.told({ room: "tea", user: bob });
    vi.advanceTimersByTime(TYPING_MS - 1);
    expect(shown()).toEqual([bob]);
    vi.advanceTimersByTime(1);
    expect(shown()).toEqual([]);
    typing.told({ room: "tea", user: bob });
    typing.end("tea", bob.id);
    expect(shown()).toEqual([]);
  });

  test("P1-22: is said in a few words, whoever many they are", () => {
    expect(typingSentence([])).toBe("");
    expect(typingSentence(["Ada"])).toBe("Ada is typing…");
    expect(typingSentence(["Ada", "Bob"])).toBe("Ada and Bob are typing…");
    expect(typingSentence(["Ada", "Bob", "Eve"])).toBe("3 people are typing…");
  });
});

describe("names", () => {
  test("that several people have are told apart by a part of their ids", () => {
    const other = { id: "c3c3c3", name: "ada" };
    const one = withPeople({ people: {}, namesakes: new Set() }, [ada, bob]);
    expect(one.namesakes.size).toBe(0);
    expect(withPeople(one, [ada])).toEqual(one);
    const two = withPeople(one, [other]);
    expect([...two.namesakes].toSorted()).toEqual([ada.id, other.id]);
    expect(tagOf(other.id)).toBe("c3c3");
    expect(withPeople(two, [{ ...other, name: "Eve" }]).namesakes.size).toBe(0);
  });

  test("of a room of two are that of the other one", () => {
    const direct = room("d-1", { kind: "direct", users: [ada, bob], name: "" });
    expect(roomName(direct, "d-1", ada)).toBe("Bob");
    expect(roomName(direct, "d-1", bob)).toBe("Ada");
    const rooms = { "d-1": direct };
    const renamed = withName(rooms, { ...bob, name: "Bert" });
    expect(roomName(renamed["d-1"], "d-1", ada)).toBe("Bert");
    expect(withName(rooms, bob)).toBe(rooms);
    expect(roomName(room("tea"), "tea", ada)).toBe("tea");
    expect(roomName(undefined, "zoo", ada)).toBe("zoo");
  });
});

test("P0-18: a burst of messages is announced in one sentence, one's own and other rooms' never", () => {
  const store = teaStore();
  const announcer = createAnnouncer(store);
  const said = () => {
    vi.advanceTimersByTime(1_000);
    return store.getState().announcement;
  };
  announcer.hear(message(1, { text: "hello" }));
  expect(said()).toBe("Bob: hello");
  announcer.hear(message(1, { text: "hello" }));
  expect(said()).toBe("Bob: hello\u00a0");
  announcer.hear(message(1, { text: "hello" }));
  expect(said()).toBe("Bob: hello");
  announcer.hear(message(2, { author: ada }));
  announcer.hear(message(1, { room: "zoo" }));
  expect(said()).toBe("Bob: hello");
  announcer.hear(message(3));
  announcer.hear(message(4, { author: { id: "e5", name: "Eve" } }));
  expect(said()).toBe("2 new messages from Bob and Eve");
  announcer.hear(message(5, { text: "a secret" }));
  expect(said()).toBe("Bob: a secret");
  const deleted = message(5, { text: "", deletedAt: 9, rev: 1 });
  announcer.forget({ ...message(6), kind: "delete", of: 5, message: deleted });
  expect(said()).toBe("");
  // Somebody else may sign in on the same page.
  announcer.hear(message(7, { text: "not for them" }));
  announcer.stop();
  expect(said()).toBe("");
  announcer.hear(message(8, { text: "again" }));
  expect(said()).toBe("Bob: again");
});

test("P1-28: notifications tell of mentions and direct messages, once they are turned on, to who looks elsewhere", async () => {
  const store = teaStore();
  store.setState((state) => ({
    rooms: { ...state.rooms, "d-1": room("d-1", { kind: "direct", users: [ada, bob] }) },
  }));
  const shown: string[] = [];
  let on = false;
  let visible = false;
  const { hear, setNotifying } = createNotifications({
    store,
    notifier: {
      state: () => (on ? "on" : "off"),
      async turnOn() {
        on = true;
      },
      turnOff() {
        on = false;
      },
      show: (title, text) => void shown.push(`${title}: ${text}`),
    },
    visible: () => visible,
    open: () => undefined,
  });
  const mention = message(2, { text: "hi", mentions: [ada.id] });
  hear(mention);
  await setNotifying(true);
  expect(store.getState().notifying).toBe("on");
  hear(message(1));
  hear(mention);
  hear(message(1, { room: "d-1", text: "psst" }));
  hear(message(2, { room: "d-1", author: ada }));
  visible = true;
  hear(mention);
  expect(shown).toEqual(["Bob in tea: hi", "Bob: psst"]);
});

test("P1-28: notifications can be turned on where the browser keeps nothing", async () => {
  const Notification = { permission: "granted", requestPermission: async () => "granted" };
  const denied = () => {
    throw new Error("denied");
  };
  vi.stubGlobal("Notification", Notification);
  vi.stubGlobal("window", {
    ...{ Notification, isSecureContext: true },
    get localStorage() {
      return denied();
    },
  });
  const notifier = browserNotifier();
  expect(notifier.state()).toBe("off");
  await notifier.turnOn();
  expect(notifier.state()).toBe("on");
  vi.unstubAllGlobals();
});

describe("going to a message", () => {
  const log = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, index) => message(from + index));

  function setUp(head: number, loaded: number) {
    const store = teaStore(log(head - loaded + 1, head), { head });
    let failing = false;
    const fail = () => {
      failing = true;
    };
    const { wire } = fakeWire((_, page: { before?: number; after?: number; limit?: number }) => {
      if (failing) throw new Error("It does not load");
      const { before, after, limit = 50 } = page;
      const entries =
        before === undefined
          ? log((after ?? 0) + 1, Math.min(head, (after ?? 0) + limit))
          : log(Math.max(1, before - limit), before - 1);
      return { entries, more: (entries[0]?.seq ?? 1) > 1, head };
    });
    const view = () => store.getState().views.tea;
    const span = () => {
      const seqs = shownLog(view()).entries.map(({ seq }) => seq);
      return [seqs[0], seqs.at(-1), seqs.length];
    };
    return { ...createJump(store, wire), store, view, span, fail };
  }

  test("that is loaded loads nothing", async () => {
    const { jump, view, span } = setUp(100, 50);
    await jump("tea", 60);
    expect(view()?.target).toEqual({ seq: 60 });
    expect(span()).toEqual([51, 100, 50]);
  });

  test("far away shows the log around it, and reads on until it meets the end", async () => {
    const { jump, loadNewer, loadOlder, view, span, toLatest } = setUp(1_000, 50);
    await jump("tea", 850);
    expect(view()).toMatchObject({ target: { seq: 850 } });
    expect(span()).toEqual([825, 874, 50]);
    toLatest("tea");
    expect(span()).toEqual([951, 1_000, 50]);

    await jump("tea", 850);
    await loadOlder("tea");
    expect(span()).toEqual([775, 874, 100]);
    await loadNewer("tea");
    expect(span()).toEqual([775, 924, 150]);
    await loadNewer("tea");
    expect(span()).toEqual([775, 1_000, 226]);
    expect(view()?.past).toBeUndefined();
  });

  test("near what is loaded makes one log of both", async () => {
    const { jump, span, view } = setUp(100, 50);
    await jump("tea", 30);
    expect(span()).toEqual([5, 100, 96]);
    expect(view()?.past).toBeUndefined();
  });

  test("is given up for the end, or for another message, that is gone to meanwhile", async () => {
    const { jump, toLatest, view, span } = setUp(1_000, 50);
    const far = jump("tea", 500);
    toLatest("tea");
    await far;
    expect(view()).toMatchObject({ past: undefined, target: undefined });
    await Promise.all([jump("tea", 500), jump("tea", 700)]);
    expect(view()?.target).toEqual({ seq: 700 });
    expect(span()).toEqual([675, 724, 50]);
  });

  test("leaves nothing of the past behind: neither its pages nor that they did not load", async () => {
    const { jump, toLatest, loadNewer, loadOlder, view, span, fail } = setUp(1_000, 50);
    await jump("tea", 500);
    const pages = [loadOlder("tea"), loadNewer("tea")];
    toLatest("tea");
    await Promise.all(pages);
    expect(span()).toEqual([951, 1_000, 50]);

    await jump("tea", 500);
    fail();
    await Promise.all([loadOlder("tea"), loadNewer("tea")]);
    expect(view()).toMatchObject({ older: "failed", newer: "failed" });
    toLatest("tea");
    expect(view()).toMatchObject({ older: "idle", newer: "idle" });
  });

  test("that is not there says so", async () => {
    const { jump, store, span } = setUp(100, 50);
    await jump("tea", 4_000);
    expect(store.getState().problem).toBe("That message is not here.");
    expect(span()).toEqual([51, 100, 50]);
  });
});
