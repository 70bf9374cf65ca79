import { randomUUID } from "node:crypto";
import { ACCOUNT, PARTITION, REGION } from "./aws/place.ts";
import type { Lambda } from "./lambda/lambda.ts";
import { StartError } from "./start-error.ts";
import type { ScheduleDefinition } from "./template/stack.ts";

const UNITS: Readonly<Record<string, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

/** Longer than this a timer fires at once; a machine is not up for longer either. */
const MAX_TIMER = 2 ** 31 - 1;

/** Runs the rules' targets, the first time one period after the start. Returns what ends them. */
export function startSchedules(
  rules: readonly ScheduleDefinition[],
  lambda: Pick<Lambda, "has" | "admits" | "invokeAsync">,
): () => void {
  const timers = rules
    .filter(({ properties }) => properties.State === "ENABLED")
    .map(({ id, name, properties }) => {
      const [, count, unit = ""] =
        /^rate\((\d+) (\w+?)s?\)$/.exec(properties.ScheduleExpression) ?? [];
      const period = Number(count) * (UNITS[unit] ?? Number.NaN);
      for (const { Arn } of properties.Targets) {
        if (!lambda.has(Arn)) {
          throw new StartError(
            `Natter cannot run the rule ${id}: its target is no Lambda function.`,
          );
        }
      }
      if (period > MAX_TIMER) return undefined;
      return setInterval(() => {
        for (const { Arn, Input } of properties.Targets) {
          if (!lambda.admits(Arn, "events.amazonaws.com", ruleArn(name))) continue;
          lambda.invokeAsync(Arn, Input ?? JSON.stringify(scheduledEvent(name)));
        }
      }, period);
    });
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
    resources: [ruleArn(rule)],
    detail: {},
  };
}

function ruleArn(name: string): string {
  return `arn:${PARTITION}:events:${REGION}:${ACCOUNT}:rule/${name}`;
}
