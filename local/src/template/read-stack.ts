import * as v from "valibot";
import { readSchedules } from "../schedules.ts";
import { StartError } from "../start-error.ts";
import type { Assembly } from "./assembly.ts";
import { readApi } from "./read-api.ts";
import { readBuckets } from "./read-buckets.ts";
import { readFunctions } from "./read-functions.ts";
import { readDistributions, readUploads } from "./read-site.ts";
import { readTables } from "./read-tables.ts";
import { Template } from "./template.ts";

const Subscription = v.object({
  Protocol: v.pipe(v.string(), v.notValue("lambda", "is lambda: topics deliver nothing")),
});

/**
 * The parts of a stack that run.
 * @throws {StartError} with a list of everything that cannot run
 */
export function readStack({ stack, template: file, assets }: Assembly) {
  const template = new Template(stack, file);
  const functions = readFunctions(template, assets);
  const api = readApi(template, functions);
  const tables = readTables(template);
  const schedules = readSchedules(template, functions);
  const buckets = readBuckets(template);
  const { distribution, front } = readDistributions(template, buckets, api);
  const uploads = readUploads(template, assets);
  template.all("AWS::SNS::Subscription", Subscription);
  template.throwIfRefused();
  if (api === undefined) {
    throw new StartError(`The stack ${stack} has no WebSocket API with a stage.`, "stack");
  }
  return { api, buckets, functions, tables, schedules, distribution, front, uploads };
}

export type StackDefinition = ReturnType<typeof readStack>;
