import { afterEach, expect, test, vi } from "vitest";
import { parallel } from "../../functions/parallel.ts";
import { putLive } from "../../functions/store/live.ts";
import { CUSTOM_PER_SECOND, MAX_CUSTOM_WATCHERS } from "../../protocol/limits.ts";
import {
  emit,
  gone,
  invoked,
  mockPosts,
  newPair,
  newPerson,
  pushes,
  statuses,
  traces,
} from "./world.ts";

/** The limits of custom events. */
mockPosts();
afterEach(() => void vi.useRealTimers());

test("a connection may send five custom events a second, whatever their names", async () => {
  const { room, ada, bob } = await newPair();
  vi.useFakeTimers({ toFake: ["Date"] });
  const codes = async (count: number) => {
    const acks = [];
    for (let n = 0; n < count; n++) acks.push(await emit(ada.connectionId, `game:${n}`, { room }));
    return acks.map(({ error }) => error?.code ?? "ok");
  };
  const five = Array(CUSTOM_PER_SECOND).fill("ok");
  expect(await codes(7)).toEqual([...five, "rate_limited", "rate_limited"]);
  vi.setSystemTime(Date.now() + 200);
  expect(await codes(2)).toEqual(["ok", "rate_limited"]);
  expect(await emit(bob.connectionId, "game:0", { room })).toEqual({ ok: true });
  vi.setSystemTime(Date.now() + 1_000);
  expect(await codes(6)).toEqual([...five, "rate_limited"]);
});

test.each(["game:move", "typing"])(
  "%s is worth nothing later: what does not get through at once is dropped, and not handed to deliver",
  async (event) => {
    const { room, ada, bob } = await newPair();
    const lost = await newPerson("lost");
    await emit(lost.connectionId, "joinRoom", { room });
    statuses.set(bob.connectionId, Array(1_000).fill(503));
    gone.add(lost.connectionId);
    expect(await emit(ada.connectionId, event, { room })).toEqual({ ok: true });
    expect(JSON.stringify(invoked)).not.toContain(event);
    expect(await traces(lost.connectionId)).toEqual([]);
  },
);

test("a room that too many connections watch takes no custom events", async () => {
  const { room, ada, bob } = await newPair();
  const crowd = await newPerson("crowd");
  const fill = (name: string, count: number, watching: boolean) =>
    parallel(Array(count).keys(), (n) =>
      putLive(room, { connectionId: name + n, user: crowd.user, dialect: "envelope", watching }),
    );
  const isHeard = async (name: string) => {
    await emit(ada.connectionId, name, { room });
    return pushes(bob.connectionId, name).length === 1;
  };
  await fill("aside", 100, false);
  await fill("watching", MAX_CUSTOM_WATCHERS - 2, true);
  expect(await isHeard("game:full")).toBe(true);
  await fill("one", 1, true);
  expect(await emit(ada.connectionId, "game:more", { room })).toMatchObject({
    error: { code: "forbidden" },
  });
  expect(await isHeard("game:again")).toBe(false);
});

test("a room with too many connections takes no custom events, and not all of these are read", async () => {
  const { room, ada } = await newPair();
  const crowd = await newPerson("crowd");
  await parallel(Array(500).keys(), (n) =>
    putLive(room, {
      connectionId: `aside${n}`,
      user: crowd.user,
      dialect: "envelope",
      watching: false,
    }),
  );
  expect(await emit(ada.connectionId, "game:move", { room })).toMatchObject({
    error: { code: "forbidden" },
  });
});
