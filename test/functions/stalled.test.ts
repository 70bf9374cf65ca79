import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { bodies } from "./raw.ts";
import { closed, mockPosts, newConnectionId, onRequest, statuses } from "./world.ts";

/**
 * A client that does not read, and a service that is too busy: API Gateway answers a post with 429
 * for both. Each test is an environment of its own.
 */

mockPosts();
beforeEach(() => vi.resetModules());
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const ALWAYS = 2_000;

/** New connections that answer their first posts with 429. */
function some(count: number, refusals = 0): string[] {
  const ids = Array.from({ length: count }, newConnectionId);
  for (const id of ids) statuses.set(id, Array(refusals).fill(429));
  return ids;
}

/** Posts for ten seconds, of which each request takes 10 ms and each pause none. */
async function postTo(connectionIds: readonly string[]) {
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.spyOn(Math, "random").mockReturnValue(0);
  onRequest(() => vi.setSystemTime(Date.now() + 10));
  const { post } = await import("../../functions/aws/posts.ts");
  const { isServiceBusy } = await import("../../functions/aws/stalled.ts");
  const begun = Date.now();
  const posts = connectionIds.map((connectionId) => ({ connectionId, body: "2" }));
  const outcome = await post(posts, 10_000);
  return { outcome, ms: Date.now() - begun, busy: isServiceBusy() };
}

const reached = (ids: readonly string[]) => ids.filter((id) => bodies(id).length > 0);

describe("a connection that answers 429 for three seconds is closed", () => {
  test("if there are no other posts", async () => {
    const slow = some(1, ALWAYS);
    const { outcome, ms, busy } = await postTo(slow);
    expect(closed).toEqual(slow);
    expect(ms).toBeGreaterThanOrEqual(3_000);
    expect(ms).toBeLessThan(3_100);
    expect({ outcome, busy }).toEqual({ outcome: { gone: [], left: [], refused: 0 }, busy: false });
  });

  test("if fewer than 5 % of the other posts got 429", async () => {
    const [slow, others] = [some(1, ALWAYS), [...some(1, 1), ...some(39)]];
    await postTo([...slow, ...others]);
    expect(closed).toEqual(slow);
    expect(reached(others)).toEqual(others);
  });

  test("if others do not read either, as long as there are some who do", async () => {
    const [slow, others] = [some(3, ALWAYS), some(5)];
    await postTo([...slow, ...others]);
    expect(closed.toSorted()).toEqual(slow.toSorted());
    expect(reached(others)).toEqual(others);
  });
});

describe("no connection is closed, and posting slows down,", () => {
  test("if 5 % of the other posts or more got 429", async () => {
    const [slow, others] = [some(1, ALWAYS), [...some(2, 1), ...some(36)]];
    const { outcome, busy } = await postTo([...slow, ...others]);
    expect(closed).toEqual([]);
    expect(outcome.left.map(({ connectionId }) => connectionId)).toEqual(slow);
    expect(reached(others)).toEqual(others);
    expect(busy).toBe(true);
  });

  test("if every post got 429", async () => {
    const all = some(20, ALWAYS);
    const { outcome, busy } = await postTo(all);
    expect(closed).toEqual([]);
    expect(outcome.left).toHaveLength(20);
    expect(busy).toBe(true);
  });
});

test("a connection that takes a post after less than three seconds begins anew", async () => {
  const slow = some(1);
  statuses.set(slow[0] ?? "", [...Array(250).fill(429), 200, ...Array(250).fill(429)]);
  await postTo(slow);
  await postTo(slow);
  expect(closed).toEqual([]);
  expect(bodies(slow[0] ?? "")).toEqual(["2", "2"]);
});

test("only the first messages wait for a connection that refuses; later ones try it once", async () => {
  const slow = some(1, ALWAYS);
  vi.useFakeTimers({ toFake: ["Date"] });
  const { post } = await import("../../functions/aws/posts.ts");
  let requests = 0;
  onRequest(() => {
    requests += 1;
    vi.setSystemTime(Date.now() + 100);
  });
  const posts = slow.map((connectionId) => ({ connectionId, body: "2" }));
  await post(posts, 300);
  await post(posts, 300);
  requests = 0;
  expect((await post(posts, 300)).left).toEqual(posts);
  expect(requests).toBe(1);
});

test("three seconds are counted over several messages, if they come one soon after the other", async () => {
  const slow = some(1, ALWAYS);
  vi.useFakeTimers({ toFake: ["Date"] });
  const { post } = await import("../../functions/aws/posts.ts");
  for (const seconds of [0, 2, 4]) {
    expect(closed).toEqual([]);
    vi.setSystemTime(Date.now() + seconds * 500);
    onRequest(() => vi.setSystemTime(Date.now() + 100));
    await post([{ connectionId: slow[0] ?? "", body: "2" }], 300);
  }
  expect(closed).toEqual(slow);
});
