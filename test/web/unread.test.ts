import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { MessageEntry } from "../../protocol/model.ts";
import { withRooms } from "../../web/chat/rooms/known-rooms.ts";
import { createReadMarks } from "../../web/chat/rooms/read-marks.ts";
import { titleOf, withArrived, withRead } from "../../web/chat/rooms/unread.ts";
import { NoAnswer } from "../../web/chat/wire/errors.ts";
import { ada, fakeWire, message, room, teaStore } from "./state.ts";

/** A log of messages by Bob and by Ada, some of which mention her. */
const logs = fc
  .array(fc.constantFrom("bob", "ada", "mention"), { minLength: 1, maxLength: 12 })
  .map((kinds) =>
    kinds.map((kind, index) =>
      message(index + 1, {
        ...(kind === "ada" && { author: ada }),
        ...(kind === "mention" && { mentions: [ada.id] }),
      }),
    ),
  );

function unreadAfter(log: readonly MessageEntry[], read: number) {
  const left = log.filter(({ seq, author }) => seq > read && author.id !== ada.id);
  return { unread: left.length, mentions: left.filter(({ mentions }) => mentions).length };
}

describe("what is unread", () => {
  test("it is the same in whatever order messages, read marks and the server's counts come", () => {
    const scenario = logs.chain((log) => {
      const seq = fc.integer({ min: 1, max: log.length });
      const arrival = seq.map((at) => ({ kind: "arrives" as const, at }));
      const session = seq.map((at) => ({ kind: "session" as const, at }));
      return fc.record({
        log: fc.constant(log),
        steps: fc.array(fc.oneof(arrival, session), { maxLength: 20 }),
        // In the end every message has come.
        order: fc.shuffledSubarray(log, { minLength: log.length }),
        read: fc.integer({ min: 0, max: log.length }),
      });
    });
    fc.assert(
      fc.property(scenario, ({ log, steps, order, read }) => {
        const store = teaStore([], { read: 0 });
        const { getState, setState } = store;
        const arrive = (entry?: MessageEntry) =>
          entry && setState((state) => withArrived(state, "tea", [entry]) ?? {});
        for (const { kind, at } of steps) {
          if (kind === "arrives") arrive(log[at - 1]);
          else {
            const told = { ...unreadAfter(log.slice(0, at), 0), head: at, read: 0 };
            setState((state) => withRooms(state, [room("tea", told)]));
          }
        }
        for (const entry of order) arrive(entry);
        expect(getState().rooms.tea).toMatchObject(unreadAfter(log, 0));
        const left = unreadAfter(log, read);
        if (read > 0) setState((state) => withRead(state, "tea", read, left) ?? {});
        expect(getState().rooms.tea).toMatchObject(left);
        // What was counted before the mark moved, and comes after it, changes nothing.
        if (read > 0) {
          const told = { ...unreadAfter(log, 0), head: log.length, read: 0 };
          setState((state) => withRooms(state, [room("tea", told)]));
          expect(getState().rooms.tea).toMatchObject({ ...left, read });
        }
      }),
    );
  });

  test("it counts no changes, no deleted messages and nothing in rooms that are not one's own", () => {
    const { getState } = teaStore([], { read: 0 });
    const gone = message(1, { deletedAt: 2, text: "" });
    const { kind: _, text: __, ...base } = message(2);
    const edit = { ...base, kind: "edit" as const, of: 1, message: gone };
    expect(withArrived(getState(), "tea", [gone, edit])).toBeUndefined();
    expect(withArrived(getState(), "zoo", [message(3, { room: "zoo" })])).toBeUndefined();
  });

  test("the title shows the sum over one's rooms", () => {
    const { getState, setState } = teaStore([], { unread: 2 });
    setState(({ rooms, mine }) => ({
      rooms: { ...rooms, zoo: room("zoo", { unread: 1 }), art: room("art", { unread: 9 }) },
      mine: new Set([...mine, "zoo"]),
    }));
    expect(titleOf(getState())).toBe("(3) tea · Natter");
    expect(titleOf({ ...getState(), rooms: {} })).toBe("Natter");
    expect(titleOf({ ...getState(), phase: "joining" })).toBe("Natter");
  });
});

describe("read marks", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  function setUp(fate?: Error) {
    const log = [message(1), message(2), message(3), message(4)];
    const store = teaStore(log, { read: 1, head: 4, unread: 3 });
    const { wire, asked } = fakeWire((_, { unread }: { unread?: boolean }) => {
      if (unread && fate) throw fate;
      return { unread: 0, mentions: 0, n: 1 };
    });
    let seen = true;
    const marks = createReadMarks({ store, wire, visibility: { now: () => seen } });
    return {
      ...{ store, marks, asked },
      show(now: boolean) {
        seen = now;
        marks.visibilityChanged();
      },
      tea: () => store.getState().rooms.tea,
      divider: () => store.getState().views.tea?.dividerAfter,
    };
  }

  test("they are sent at once and then at intervals, and only move forward", async () => {
    const { marks, asked, tea } = setUp();
    marks.seen("tea", 2, 4);
    expect(tea()).toMatchObject({ read: 4, unread: 0 });
    marks.seen("tea", 2, 2);
    marks.seen("tea", 2, 5);
    marks.seen("tea", 2, 6);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked).toEqual([
      ["read", { room: "tea", seq: 4 }],
      ["read", { room: "tea", seq: 6 }],
    ]);
  });

  test("they stay where a message before the screen is unread, as after a jump", async () => {
    const { marks, asked, tea } = setUp();
    marks.seen("tea", 3, 4);
    expect(tea()).toMatchObject({ read: 1, unread: 3 });
    marks.seen("tea", 2, 3);
    marks.seen("tea", 4, 4);
    expect(tea()).toMatchObject({ read: 4, unread: 0 });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked.at(-1)).toEqual(["read", { room: "tea", seq: 4 }]);
  });

  test("they move over what is scrolled through too fast to be drawn, up to a screen of it", () => {
    const { marks, tea } = setUp();
    marks.seen("tea", 2, 2);
    marks.seen("tea", 4, 4);
    expect(tea()).toMatchObject({ read: 4, unread: 0 });
  });

  test("they move to the end at one word, wherever the reader is", () => {
    const { marks, asked, tea, divider } = setUp();
    marks.showDivider("tea");
    marks.markRead("tea");
    expect(tea()).toMatchObject({ read: 4, unread: 0 });
    expect(asked).toEqual([["read", { room: "tea", seq: 4 }]]);
    expect(divider()).toBeUndefined();
  });

  test("they move back at a person's word, and stay there until the room is opened anew", async () => {
    const { marks, asked, store, tea, divider } = setUp();
    marks.seen("tea", 1, 4);
    await vi.advanceTimersByTimeAsync(10_000);
    await marks.markUnread("tea", 3);
    expect(asked.at(-1)).toEqual(["read", { room: "tea", seq: 2, unread: true }]);
    expect(tea()).toMatchObject({ read: 2 });
    expect(divider()).toBe(2);
    marks.seen("tea", 1, 4);
    expect(tea()).toMatchObject({ read: 2 });
    store.setState(({ rooms }) => ({
      open: "zoo",
      rooms: { ...rooms, tea: room("tea", { read: 2, head: 4, unread: 2 }) },
    }));
    store.setState({ open: "tea" });
    marks.seen("tea", 1, 4);
    expect(tea()).toMatchObject({ read: 4, unread: 0 });
  });

  test("a message is marked as unread after the marks that are on their way", async () => {
    const { marks, asked } = setUp();
    marks.seen("tea", 1, 2);
    marks.seen("tea", 1, 4);
    const marking = marks.markUnread("tea", 2);
    expect(asked).toEqual([["read", { room: "tea", seq: 2 }]]);
    await marking;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked.slice(1)).toEqual([["read", { room: "tea", seq: 1, unread: true }]]);
  });

  test("they go on as before if the server has not moved them back", async () => {
    const { marks, tea, divider } = setUp(new NoAnswer(true));
    marks.seen("tea", 1, 3);
    await expect(marks.markUnread("tea", 2)).rejects.toThrow("did not answer");
    expect(divider()).toBeUndefined();
    marks.seen("tea", 1, 4);
    expect(tea()).toMatchObject({ read: 4, unread: 0 });
  });

  test("they wait while the page is hidden", async () => {
    const { marks, show, asked, tea } = setUp();
    show(false);
    marks.seen("tea", 2, 4);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked).toEqual([]);
    show(true);
    expect(tea()).toMatchObject({ read: 4, unread: 0 });
    expect(asked).toEqual([["read", { room: "tea", seq: 4 }]]);
  });

  test("the marks of another tab count here too", () => {
    const { marks, tea } = setUp();
    marks.receive({ room: "tea", seq: 3, unread: 1, mentions: 0, n: 1 });
    expect(tea()).toMatchObject({ read: 3, unread: 1 });
  });

  test("marks that could not be sent are sent once there is a session", async () => {
    const { marks, store, asked } = setUp();
    store.setState({ connection: "down" });
    marks.seen("tea", 2, 4);
    expect(asked).toEqual([]);
    const before = store.getState();
    store.setState({ connection: "up" });
    marks.resume([room("tea", { read: 1, head: 4, unread: 3 })], before);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked).toEqual([["read", { room: "tea", seq: 4 }]]);
  });

  test("a mark that was moved back on another device, while this one had no connection, stays there", async () => {
    const { marks, store, asked, tea } = setUp();
    marks.seen("tea", 2, 4);
    await vi.advanceTimersByTimeAsync(10_000);
    asked.length = 0;
    store.setState({ connection: "down" });
    const before = store.getState();
    const told = [room("tea", { read: 2, head: 5, unread: 3 })];
    store.setState((state) => ({ ...withRooms(state, told), connection: "up" }));
    store.setState((state) => withArrived(state, "tea", [message(6)]) ?? {});
    marks.resume(told, before);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked).toEqual([]);
    expect(tea()).toMatchObject({ read: 2, unread: 4 });
  });

  test("the divider stays in its place while one reads, and is gone when one comes back", () => {
    const { marks, show, divider } = setUp();
    marks.showDivider("tea");
    expect(divider()).toBe(1);
    marks.seen("tea", 2, 4);
    marks.showDivider("tea");
    expect(divider()).toBe(1);
    show(false);
    expect(divider()).toBeUndefined();
    show(true);
    expect(divider()).toBeUndefined();
  });

  test("the divider stands before what arrived while the page was hidden", () => {
    const { store, marks, show, divider } = setUp();
    marks.seen("tea", 2, 4);
    show(false);
    store.setState((state) => withArrived(state, "tea", [message(5)]) ?? {});
    marks.seen("tea", 2, 5);
    show(true);
    expect(divider()).toBe(4);
    marks.hideDivider("tea");
    expect(divider()).toBeUndefined();
  });
});
