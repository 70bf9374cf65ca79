import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startSchedules } from "../src/schedules.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function rule(
  ScheduleExpression: string,
  State: "ENABLED" | "DISABLED" = "ENABLED",
  Input?: string,
) {
  const Targets = [{ Arn: "arn:aws:lambda:us-east-1:000000000000:function:F", Id: "0", Input }];
  return { id: "Rule", name: "Rule", properties: { ScheduleExpression, State, Targets } };
}

function lambda() {
  return {
    has: () => true,
    admits: () => true,
    invokeAsync: vi.fn<(name: string, payload: string) => void>(),
  };
}

test.each([
  ["rate(1 minute)", 60],
  ["rate(4 minutes)", 15],
  ["rate(1 hour)", 1],
  ["rate(30 days)", 0],
])("%s runs %i times in an hour, first after one period", (expression, times) => {
  const target = lambda();
  const stop = startSchedules([rule(expression)], target);
  expect(target.invokeAsync).not.toHaveBeenCalled();
  vi.advanceTimersByTime(3_600_000);
  expect(target.invokeAsync).toHaveBeenCalledTimes(times);
  stop();
  vi.advanceTimersByTime(3_600_000);
  expect(target.invokeAsync).toHaveBeenCalledTimes(times);
});

test("the target gets a scheduled event, or the rule's input", () => {
  const target = lambda();
  const stop = startSchedules(
    [rule("rate(1 hour)"), rule("rate(1 hour)", "ENABLED", '{"mine":1}')],
    target,
  );
  vi.advanceTimersByTime(3_600_000);
  stop();
  const [event, input] = target.invokeAsync.mock.calls.map(([, payload]) => JSON.parse(payload));
  expect(event).toMatchObject({ "detail-type": "Scheduled Event", source: "aws.events" });
  expect(input).toEqual({ mine: 1 });
});

test("a disabled rule does not run", () => {
  const target = lambda();
  startSchedules([rule("rate(1 minute)", "DISABLED")], target);
  vi.advanceTimersByTime(3_600_000);
  expect(target.invokeAsync).not.toHaveBeenCalled();
});

test("a target that is no function is refused by the rule's name", () => {
  const target = { ...lambda(), has: () => false };
  expect(() => startSchedules([rule("rate(1 minute)")], target)).toThrow(/Rule/);
});

test("a rule whose target does not let EventBridge invoke it does not run", () => {
  const target = { ...lambda(), admits: vi.fn(() => false) };
  startSchedules([rule("rate(1 hour)")], target);
  vi.advanceTimersByTime(3_600_000);
  expect(target.invokeAsync).not.toHaveBeenCalled();
  expect(target.admits).toHaveBeenCalledWith(
    expect.any(String),
    "events.amazonaws.com",
    expect.stringContaining(":rule/"),
  );
});
