import { Duration } from "aws-cdk-lib";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { Construct } from "constructs";
import type { Functions } from "./functions.ts";

/** What runs on a schedule. */
export class Jobs extends Construct {
  constructor(scope: Construct, id: string, functions: Functions) {
    super(scope, id);
    new Rule(this, "Sweep", {
      description: "Pings stock clients, ends connections that are gone, lists the rooms' activity",
      schedule: Schedule.rate(Duration.minutes(4)),
      targets: [new LambdaFunction(functions.sweep)],
    });
  }
}
