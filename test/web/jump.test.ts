import { describe, expect, test } from "vitest";
import { createJump } from "../../web/chat/log/jump.ts";
import { shownLog } from "../../web/chat/log/room-log.ts";
import { fakeWire, message, teaStore } from "./state.ts";

describe("a jump to a message", () => {
  const log = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, index) => message(from + index));

  function setUp(head: number, loaded: number) {
    const store = teaStore(log(head - loaded + 1, head), { head });
    let failing = false;
    const fail = (now = true) => {
      failing = now;
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
    const { to: jump, ...rest } = createJump({ store, wire });
    return { jump, ...rest, store, view, span, fail };
  }

  test("it loads nothing if the message is loaded", async () => {
    const { jump, view, span } = setUp(100, 50);
    await jump("tea", 60);
    expect(view()?.target).toEqual({ seq: 60 });
    expect(span()).toEqual([51, 100, 50]);
  });

  test("it shows the log around a message far away, from where one reads on to the end", async () => {
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

  test("it makes one log of two parts that touch", async () => {
    const { jump, span, view } = setUp(100, 50);
    await jump("tea", 30);
    expect(span()).toEqual([5, 100, 96]);
    expect(view()?.past).toBeUndefined();
  });

  test("it is given up when one goes to the end or to another message meanwhile", async () => {
    const { jump, toLatest, view, span } = setUp(1_000, 50);
    const far = jump("tea", 500);
    toLatest("tea");
    await far;
    expect(view()).toMatchObject({ past: undefined, target: undefined });
    await Promise.all([jump("tea", 500), jump("tea", 700)]);
    expect(view()?.target).toEqual({ seq: 700 });
    expect(span()).toEqual([675, 724, 50]);
  });

  test("neither pages of the past nor their failure stay once one is back at the end", async () => {
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

    fail(false);
    await jump("tea", 500);
    fail();
    const late = [loadOlder("tea"), loadNewer("tea")];
    toLatest("tea");
    await Promise.all(late);
    expect(view()).toMatchObject({ older: "idle", newer: "idle" });
  });

  test("the page says so if there is no such message", async () => {
    const { jump, store, span } = setUp(100, 50);
    await jump("tea", 4_000);
    expect(store.getState().problem).toBe("There is no such message.");
    expect(span()).toEqual([51, 100, 50]);
  });
});
