import * as v from "valibot";
import { arn } from "../arn.ts";
import type { Operation } from "../aws/operation.ts";
import type { Engine } from "./engine.ts";

const READS = /^(BatchGetItem|GetItem|Query|Scan)$/;

/** The parts of a request that say which tables it is about. */
const Input = v.object({
  TableName: v.optional(v.string(), "*"),
  IndexName: v.optional(v.string()),
  RequestItems: v.optional(v.record(v.string(), v.unknown()), {}),
});

/**
 * A call of DynamoDB's JSON protocol.
 * @param target the header `x-amz-target`
 */
export function dynamoDbOperation(target: string, body: string, engine: Engine): Operation {
  const name = target.replace(/^DynamoDB_\d+\./, "");
  return {
    service: "dynamodb",
    action: `dynamodb:${name}`,
    resources: resourcesOf(name, body),
    body,
    async run(count) {
      const { units, ...answer } = await engine.perform(name, body);
      if (units > 0) {
        const isRead = READS.test(name);
        count(isRead ? { reads: 1, readUnits: units } : { writes: 1, writeUnits: units });
      }
      return { ...answer, headers: { "content-type": "application/x-amz-json-1.0" } };
    },
  };
}

/**
 * An index has an ARN of its own, and a batch is about several tables. A malformed request is about
 * none: the engine refuses it. So are transactions and PartiQL, which the engine does not know.
 */
function resourcesOf(name: string, body: string): string[] {
  const { success, output } = v.safeParse(v.pipe(v.string(), v.parseJson(), Input), body);
  if (!success || /^(Transact|Execute)/.test(name)) return [];
  const { TableName, IndexName, RequestItems } = output;
  if (name.startsWith("Batch")) return Object.keys(RequestItems).map(tableArn);
  const table = tableArn(TableName);
  return [IndexName === undefined ? table : `${table}/index/${IndexName}`];
}

function tableArn(nameOrArn: string): string {
  return nameOrArn.startsWith("arn:") ? nameOrArn : arn("dynamodb", `table/${nameOrArn}`);
}
