import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ClientError } from "../../protocol/errors.ts";
import type { Entry } from "../../protocol/model.ts";
import { createCatchUp, HOLE_PATIENCE_MS } from "../../web/chat/log/catch-up.ts";
import { emptyLog, MAX_HOLE, withEntries, withHead } from "../../web/chat/log/room-log.ts";

function entries(from: number, to: number): Entry[] {
  return Array.from({ length: to - from + 1 }, (_, index) => {
    const seq = from + index;
    const author = { id: "u1", name: "Ada" };
    return { room: "r", seq, kind: "message", id: `m${seq}`, author, at: seq, text: "" };
  });
}

/** A client that knows some entries of a log that goes up to `head`. */
function setUp(known: Entry[], head: number, told = 0) {
  let log = withEntries(emptyLog, known);
  log = withHead(log, told);
  const history = vi.fn(async ({ after, limit = 50 }: { after?: number; limit?: number }) => {
    const from = after === undefined ? Math.max(1, head - limit + 1) : after + 1;
    const page = entries(from, Math.min(head, from + limit - 1));
    return { entries: page, more: (page.at(-1)?.seq ?? 0) < head, head };
  });
  const catchUp = createCatchUp({
    log: () => log,
    history,
    merge(_, page) {
      log = withHead(withEntries(log, page.entries), page.head);
    },
  });
  return {
    catchUp,
    history,
    seqs: () => log.entries.map(({ seq }) => seq),
    arrive(...pushed: Entry[]) {
      log = withEntries(log, pushed);
      catchUp.notice("r");
    },
  };
}

describe("catching up", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  test("leaves a hole a second to fill itself", async () => {
    const { arrive, history } = setUp(entries(1, 3), 5);
    arrive(...entries(5, 5));
    await vi.advanceTimersByTimeAsync(HOLE_PATIENCE_MS - 1);
    arrive(...entries(4, 4));
    await vi.advanceTimersByTimeAsync(HOLE_PATIENCE_MS);
    expect(history).not.toHaveBeenCalled();
  });

  test("fetches a hole once, however many pushes come after it", async () => {
    const { arrive, history, seqs } = setUp(entries(1, 3), 9);
    for (let seq = 6; seq <= 9; seq++) arrive(...entries(seq, seq));
    await vi.advanceTimersByTimeAsync(HOLE_PATIENCE_MS);
    expect(history.mock.calls).toEqual([[{ room: "r", after: 3, limit: 2 }]]);
    expect(seqs()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test("fetches a long hole page by page", async () => {
    const { arrive, history, seqs } = setUp(entries(1, 3), 254);
    arrive(...entries(254, 254));
    await vi.advanceTimersByTimeAsync(HOLE_PATIENCE_MS);
    expect(history).toHaveBeenCalledTimes(3);
    expect(seqs().length).toBe(254);
  });

  test("goes on from the newest page where a hole is too long", async () => {
    const head = MAX_HOLE + 500;
    const { catchUp, history, seqs } = setUp(entries(1, 3), head, head);
    catchUp.notice("r");
    await vi.advanceTimersByTimeAsync(HOLE_PATIENCE_MS);
    expect(history).toHaveBeenCalledTimes(1);
    expect(seqs()).toEqual(entries(head - 99, head).map(({ seq }) => seq));
  });

  test("asks again later when a page does not come, and never when it may not be read", async () => {
    const { arrive, history, seqs } = setUp(entries(1, 3), 5);
    history.mockRejectedValueOnce(new Error("no answer"));
    arrive(...entries(5, 5));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(history).toHaveBeenCalledTimes(2);
    expect(seqs()).toEqual([1, 2, 3, 4, 5]);

    const removed = setUp(entries(1, 3), 5);
    removed.history.mockRejectedValue(new ClientError("not_found", ""));
    removed.arrive(...entries(5, 5));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(removed.history).toHaveBeenCalledTimes(1);
  });
});
