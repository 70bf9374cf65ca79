import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createAnnouncer } from "../../web/chat/telling/announcer.ts";
import { browserNotifier, createNotifications } from "../../web/chat/telling/notifications.ts";
import { excerpt } from "../../web/markdown/parse.ts";
import { ada, bob, message, room, teaStore } from "./state.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test("a burst of messages is announced in one sentence; one's own messages and other rooms never are", async () => {
  const store = teaStore();
  const announcer = createAnnouncer({ store, excerpt: async (text) => excerpt(text) });
  const said = async () => {
    await vi.advanceTimersByTimeAsync(1_000);
    return store.getState().announcement;
  };
  announcer.announce(message(1, { text: "**hello**" }));
  expect(await said()).toBe("Bob: hello");
  announcer.announce(message(1, { text: "hello" }));
  expect(await said()).toBe("Bob: hello\u00a0");
  announcer.announce(message(1, { text: "hello" }));
  expect(await said()).toBe("Bob: hello");
  announcer.announce(message(2, { author: ada }));
  announcer.announce(message(1, { room: "zoo" }));
  expect(await said()).toBe("Bob: hello");
  announcer.announce(message(3));
  announcer.announce(message(4, { author: { id: "e5", name: "Eve" } }));
  expect(await said()).toBe("2 new messages from Bob and Eve");
  announcer.announce(message(5, { text: "a secret" }));
  expect(await said()).toBe("Bob: a secret");
  const deleted = message(5, { text: "", deletedAt: 9, rev: 1 });
  announcer.retract({ ...message(6), kind: "delete", of: 5, message: deleted });
  expect(await said()).toBe("");
  // Then somebody else signs in.
  announcer.announce(message(7, { text: "not for them" }));
  announcer.stop();
  expect(await said()).toBe("");
  announcer.announce(message(8, { text: "again" }));
  expect(await said()).toBe("Bob: again");
});

test("mentions and direct messages are notified once that is turned on, and only while the page is hidden", async () => {
  const store = teaStore();
  store.setState((state) => ({
    rooms: { ...state.rooms, "d-1": room("d-1", { kind: "direct", users: [ada, bob] }) },
  }));
  const shown: string[] = [];
  let on = false;
  let visible = false;
  const { notify, setNotifying } = createNotifications({
    store,
    notifier: {
      state: () => (on ? "on" : "off"),
      async turnOn() {
        on = true;
      },
      turnOff() {
        on = false;
      },
      async show(title, text) {
        shown.push(`${title}: ${text}`);
      },
    },
    visibility: { now: () => visible },
    excerpt: async (text) => text,
    open: () => undefined,
  });
  const mention = message(2, { text: "hi", mentions: [ada.id] });
  notify(mention);
  await setNotifying(true);
  expect(store.getState().notifying).toBe("on");
  notify(message(1));
  notify(mention);
  notify(message(1, { room: "d-1", text: "psst" }));
  notify(message(2, { room: "d-1", author: ada }));
  visible = true;
  notify(mention);
  await vi.advanceTimersByTimeAsync(0);
  expect(shown).toEqual(["Bob in tea: hi", "Bob: psst"]);
});

test("notifications can be turned on if the browser denies its storage", async () => {
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
