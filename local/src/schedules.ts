import { randomUUID } from "node:crypto";
import { ACCOUNT, arn, REGION } from "./arn.ts";
import type { Lambda } from "./lambda/lambda.ts";
import type { ScheduleDefinition } from "./template/read-schedules.ts";

/** In milliseconds. A longer timer fires at once. */
const MAX_TIMER = 2 ** 31 - 1;

/**
 * Invokes the targets of rules, for the first time after one period.
 * @returns a function that stops this
 */
export function startSchedules(
  schedules: readonly ScheduleDefinition[],
  lambda: Pick<Lambda, "admits" | "invokeAsync">,
): () => void {
  const timers = schedules
    .filter(({ period }) => period <= MAX_TIMER)
    .map(({ name, period, targets }) =>
      setInterval(() => {
        const rule = arn("events", `rule/${name}`);
        for (const { function: target, input } of targets) {
          if (!lambda.admits(target, "events.amazonaws.com", rule)) continue;
          lambda.invokeAsync(target, input ?? JSON.stringify(scheduledEvent(rule)));
        }
      }, period),
    );
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
}

function scheduledEvent(rule: string) {
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": "Scheduled Event",
    source: "aws.events",
    account: ACCOUNT,
    time: new Date().toISOString().replace(/\.\d+/, ""),
    region: REGION,
    resources: [rule],
    detail: {},
  };
}
