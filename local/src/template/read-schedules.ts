import * as v from "valibot";
import { functionName } from "../arn.ts";
import type { FunctionResource } from "./read-functions.ts";
import { strict } from "./strict.ts";
import type { Template } from "./template.ts";

const UNITS: Readonly<Record<string, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

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
      const targets = properties.Targets.map(({ Arn, Input }) => {
        const target = functionName(Arn);
        if (!functions.some(({ name }) => name === target)) {
          template.refuse(id, `its target ${Arn} is no function of the stack`, Arn);
        }
        return { function: target, input: Input };
      });
      return { name, period: Number(count) * (UNITS[unit] ?? 0), targets };
    });
}

export type ScheduleDefinition = ReturnType<typeof readSchedules>[number];
