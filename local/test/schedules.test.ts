import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startSchedules } from "../src/schedules.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const HOUR = 3_600_000;

const rule = (period: number, input?: string) => ({
  name: "Rule",
  period,
  targets: [{ function: "F", input }],
});

function lambda() {
  return {
    admits: vi.fn((_name: string, _service: string, _source: string) => true),
    invokeAsync: vi.fn<(name: string, payload: string) => void>(),
  };
}

test.each([
  [60_000, 60],
  [4 * 60_000, 15],
  [HOUR, 1],
  [24 * 24 * HOUR, 0],
])(
  "a rule with a period of %i ms runs %i times in an hour, first after one period",
  (period, times) => {
    const target = lambda();
    const stop = startSchedules([rule(period)], target);
    expect(target.invokeAsync).not.toHaveBeenCalled();
    vi.advanceTimersByTime(HOUR);
    expect(target.invokeAsync).toHaveBeenCalledTimes(times);
    stop();
    vi.advanceTimersByTime(HOUR);
    expect(target.invokeAsync).toHaveBeenCalledTimes(times);
  },
);

test("the target gets a scheduled event, or the rule's input", () => {
  const target = lambda();
  const stop = startSchedules([rule(HOUR), rule(HOUR, '{"mine":1}')], target);
  vi.advanceTimersByTime(HOUR);
  stop();
  const [event, input] = target.invokeAsync.mock.calls.map(([, payload]) => JSON.parse(payload));
  expect(event).toMatchObject({ "detail-type": "Scheduled Event", source: "aws.events" });
  expect(input).toEqual({ mine: 1 });
});

test("a rule whose target does not let EventBridge invoke it does not run", () => {
  const target = { ...lambda(), admits: vi.fn(() => false) };
  startSchedules([rule(HOUR)], target);
  vi.advanceTimersByTime(HOUR);
  expect(target.invokeAsync).not.toHaveBeenCalled();
  expect(target.admits).toHaveBeenCalledWith(
    "F",
    "events.amazonaws.com",
    "arn:aws:events:us-east-1:000000000000:rule/Rule",
  );
});
