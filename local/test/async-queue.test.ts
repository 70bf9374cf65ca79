import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { AsyncQueue } from "../src/lambda/async-queue.ts";
import { FunctionError } from "../src/lambda/function-error.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const definition = { name: "F", maximumRetryAttempts: 2, maximumEventAge: 21_600 };

function failing() {
  const attempts: number[] = [];
  const start = Date.now();
  const queue = new AsyncQueue(async () => {
    attempts.push(Date.now() - start);
    throw new FunctionError({ errorType: "Error", errorMessage: "no" });
  });
  return { attempts, queue };
}

test("the retries come after 1 and then 2 minutes, and no third one", async () => {
  const { attempts, queue } = failing();
  queue.add(definition, "{}");
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(attempts).toEqual([0, 60_000, 180_000]);
});

test("MaximumRetryAttempts 0 means one attempt", async () => {
  const { attempts, queue } = failing();
  queue.add({ ...definition, maximumRetryAttempts: 0 }, "{}");
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(attempts).toEqual([0]);
});

test("an event older than MaximumEventAgeInSeconds is not tried again", async () => {
  const { attempts, queue } = failing();
  queue.add({ ...definition, maximumEventAge: 90 }, "{}");
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(attempts).toEqual([0, 60_000]);
});

test("a success is not repeated, and a stop forgets the retries", async () => {
  const invoke = vi.fn(async () => "null");
  new AsyncQueue(invoke).add(definition, "{}");
  const { attempts, queue } = failing();
  queue.add(definition, "{}");
  await vi.advanceTimersByTimeAsync(0);
  queue.stop();
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(invoke).toHaveBeenCalledTimes(1);
  expect(attempts).toEqual([0]);
});
