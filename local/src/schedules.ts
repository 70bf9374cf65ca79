import { randomUUID } from "node:crypto";
import * as v from "valibot";
import { ACCOUNT, arn, functionName, REGION } from "./arn.ts";
import type { Lambda } from "./lambda/lambda.ts";
import type { FunctionResource } from "./template/read-functions.ts";
import { strict } from "./template/strict.ts";
import type { Template } from "./template/template.ts";

const UNITS: Readonly<Record<string, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

/** In milliseconds. A longer timer fires at once. */
const MAX_TIMER = 2 ** 31 - 1;

const Rule = strict(
  {
    ScheduleExpression: v.pipe(
      v.string(),
      v.regex(/^rate\(\d+ (minute|hour|day)s?\)$/, ({ input }) => `is ${input}; only rate(…) runs`),
    ),
    State: v.optional(v.picklist(["ENABLED", "DISABLED"]), "ENABLED"),
    Targets: v.array(
      strict({ Arn: v.string(), Input: v.optional(v.string()) }, "Id RetryPolicy DeadLetterConfig"),
    ),
  },
  "Description Name Tags",
  { EventPattern: "only schedules run" },
);

/** The rules that are enabled, with their period in milliseconds. */
export function readSchedules(template: Template, functions: readonly FunctionResource[]) {
  return template
    .all("AWS::Events::Rule", Rule)
    .filter(({ properties }) => properties.State === "ENABLED")
    .map(({ id, name, properties }) => {
      const [, count, unit = ""] = /(\d+) (\w+?)s?\)$/.exec(properties.ScheduleExpression) ?? [];
      const period = Number(count) * (UNITS[unit] ?? 0);
      if (period > MAX_TIMER) template.refuse(id, "its period is longer than 24 days");
      const targets = properties.Targets.map(({ Arn, Input }) => {
        const target = functionName(Arn);
        if (!functions.some(({ name }) => name === target)) {
          template.refuse(id, `its target ${Arn} is no function of the stack`, Arn);
        }
        return { function: target, input: Input };
      });
      return { name, period, targets };
    });
}

type ScheduleDefinition = ReturnType<typeof readSchedules>[number];

/**
 * Invokes the targets of rules, for the first time after one period.
 * @returns a function that stops this
 */
export function startSchedules(
  schedules: readonly ScheduleDefinition[],
  lambda: Pick<Lambda, "admits" | "invokeAsync">,
): () => void {
  const timers = schedules.map(({ name, period, targets }) =>
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
