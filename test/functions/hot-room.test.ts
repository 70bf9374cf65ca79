import { expect, test } from "vitest";
import { hotRoom } from "../support/hot-room.ts";

test("fifty people who write in one room at once lose few races, and none is refused", async () => {
  const { times, lostPerAppend, busy } = await hotRoom(1, 50, 6);
  expect(times).toHaveLength(300);
  expect(busy).toBe(0);
  expect(lostPerAppend).toBeLessThanOrEqual(2.5);
});

test("the fewer people write at once, the less they wait after a lost race", async () => {
  const { times, lostPerAppend } = await hotRoom(1, 3, 6);
  expect(lostPerAppend).toBeGreaterThan(0);
  expect(Math.max(...times)).toBeLessThan(250);
});
