import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { asyncQueue } from "../src/lambda/async-queue.ts";
import { ExpiredError, FunctionError } from "../src/lambda/environment.ts";

const terminal = vi.spyOn(console, "error").mockImplementation(() => {});

beforeEach(() => {
  vi.useFakeTimers();
  terminal.mockClear();
});
afterEach(() => {
  vi.useRealTimers();
});

const definition = {
  id: "F",
  name: "F",
  MaximumRetryAttempts: 2,
  MaximumEventAgeInSeconds: 21_600,
};

function failing(error: Error = new FunctionError({ errorType: "Error", errorMessage: "no" })) {
  const attempts: number[] = [];
  const start = Date.now();
  const queue = asyncQueue(async () => {
    attempts.push(Date.now() - start);
    throw error;
  });
  return { attempts, queue };
}

test("a function that fails is tried again after 1 and then 2 minutes, and not a third time", async () => {
  const { attempts, queue } = failing();
  queue.add(definition, "{}");
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(attempts).toEqual([0, 60_000, 180_000]);
  expect(terminal.mock.calls).toEqual([["F: an event is dropped after 3 attempts"]]);
});

test("with a MaximumRetryAttempts of 0 a function is tried once", async () => {
  const { attempts, queue } = failing();
  queue.add({ ...definition, MaximumRetryAttempts: 0 }, "{}");
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(attempts).toEqual([0]);
});

test("an event that would be older than MaximumEventAgeInSeconds is not tried again", async () => {
  const { attempts, queue } = failing();
  queue.add({ ...definition, MaximumEventAgeInSeconds: 90 }, "{}");
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(attempts).toEqual([0, 60_000]);
  expect(terminal.mock.calls).toEqual([["F: an event is dropped after 90 s"]]);
});

test("an event that has waited for too long is dropped without a retry", async () => {
  const { attempts, queue } = failing(new ExpiredError());
  queue.add(definition, "{}");
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(attempts).toEqual([0]);
  expect(terminal.mock.calls).toEqual([["F: an event is dropped after 21600 s"]]);
});

test("a success is not repeated, and a stop forgets the retries", async () => {
  const invoke = vi.fn(async () => "null");
  asyncQueue(invoke).add(definition, "{}");
  const { attempts, queue } = failing();
  queue.add(definition, "{}");
  await vi.advanceTimersByTimeAsync(0);
  queue.stop();
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(invoke).toHaveBeenCalledTimes(1);
  expect(attempts).toEqual([0]);
});
