import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ClientError } from "../../protocol/errors.ts";
import type { MessageEntry } from "../../protocol/model.ts";
import { MAX_HOLE } from "../../web/chat/log/holes.ts";
import { createLogs, HOLE_PATIENCE_MS } from "../../web/chat/log/logs.ts";
import { NoAnswer } from "../../web/chat/wire/errors.ts";
import { fakeWire, message, teaStore } from "./state.ts";

function entries(from: number, to: number): MessageEntry[] {
  return Array.from({ length: to - from + 1 }, (_, index) => message(from + index));
}

/** A page that knows some entries of a log that goes up to `head` on the server. */
function setUp(known: MessageEntry[], head: number) {
  const store = teaStore(known);
  const history = vi.fn((after: number | undefined, limit: number): object => {
    const from = after === undefined ? Math.max(1, head - limit + 1) : after + 1;
    const page = entries(from, Math.min(head, from + limit - 1));
    return { entries: page, more: (page.at(-1)?.seq ?? 0) < head, head };
  });
  const { wire, asked } = fakeWire((_, page: { after?: number; limit: number }) =>
    history(page.after, page.limit),
  );
  const logs = createLogs({ store, wire });
  return {
    logs,
    asked,
    history,
    seqs: () => store.getState().views.tea?.log.entries.map(({ seq }) => seq),
    arrive: (from: number, to = from) => logs.add("tea", entries(from, to)),
  };
}

describe("the log of a room", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  test("a hole has a second to be filled by pushes (promise 4)", async () => {
    const { arrive, history } = setUp(entries(1, 3), 5);
    arrive(5);
    await vi.advanceTimersByTimeAsync(HOLE_PATIENCE_MS - 1);
    arrive(4);
    await vi.advanceTimersByTimeAsync(HOLE_PATIENCE_MS);
    expect(history).not.toHaveBeenCalled();
  });

  test("a hole is fetched once, however many pushes come after it (promise 4)", async () => {
    const { arrive, asked, seqs } = setUp(entries(1, 3), 9);
    for (let seq = 6; seq <= 9; seq++) arrive(seq);
    await vi.advanceTimersByTimeAsync(HOLE_PATIENCE_MS);
    expect(asked).toEqual([["history", { room: "tea", after: 3, limit: 2 }]]);
    expect(seqs()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test("a long hole is fetched page by page", async () => {
    const { arrive, history, seqs } = setUp(entries(1, 3), 254);
    arrive(254);
    await vi.advanceTimersByTimeAsync(HOLE_PATIENCE_MS);
    expect(history).toHaveBeenCalledTimes(3);
    expect(seqs()?.length).toBe(254);
  });

  test("after a hole that is too long, the log goes on from its newest page", async () => {
    const head = MAX_HOLE + 500;
    const { logs, history, seqs } = setUp(entries(1, 3), head);
    logs.add("tea", [], head);
    logs.fetchMissing("tea");
    await vi.advanceTimersByTimeAsync(0);
    expect(history).toHaveBeenCalledTimes(1);
    expect(seqs()).toEqual(entries(head - 99, head).map(({ seq }) => seq));
  });

  test("a page that does not come is asked for again, but not one that the server refuses", async () => {
    const { arrive, history, seqs } = setUp(entries(1, 3), 5);
    history.mockImplementationOnce(() => Promise.reject(new NoAnswer(true)));
    arrive(5);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(history).toHaveBeenCalledTimes(2);
    expect(seqs()).toEqual([1, 2, 3, 4, 5]);

    const removed = setUp(entries(1, 3), 5);
    removed.history.mockImplementation(() => Promise.reject(new ClientError("not_found", "")));
    removed.arrive(5);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(removed.history).toHaveBeenCalledTimes(1);
  });
});
