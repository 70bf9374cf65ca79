import * as v from "valibot";
import type { Counts } from "../aws/counters.ts";
import type { Answer, Operation } from "../aws/operation.ts";
import { conditionContext } from "./condition-context.ts";
import type { Replica } from "./replica.ts";
import { type Forward, type Input, parseInput, rightsOf } from "./request.ts";
import type { TableKeys } from "./table-keys.ts";

/** The operations that consume capacity. dynalite knows no transactions. */
const READS = /^(BatchGetItem|GetItem|Query|Scan)$/;
const WRITES = /^(BatchWriteItem|DeleteItem|PutItem|UpdateItem)$/;

const Consistent = v.object({ ConsistentRead: v.literal(true) });
const Consumed = v.object({ CapacityUnits: v.number() });
const Output = v.looseObject({
  ConsumedCapacity: v.optional(v.union([v.array(Consumed), Consumed]), []),
});

/** The tables, as the endpoint sees them. */
export interface DynamoDb {
  readonly keys: TableKeys;
  readonly forward: Forward;
  /** There is one where reads can be stale. */
  readonly replica?: Replica;
}

/**
 * A call of DynamoDB's JSON protocol.
 * @param target the header `x-amz-target`
 */
export function dynamoDbOperation(
  target: string,
  body: string,
  { keys, forward, replica }: DynamoDb,
): Operation {
  const name = target.replace(/^DynamoDB_\d+\./, "");
  const input = parseInput(body);
  const rights = input === undefined ? [] : rightsOf(name, input);
  const kind = READS.test(name) ? "read" : WRITES.test(name) ? "write" : undefined;
  const consistent = input !== undefined && isConsistent(name, input);
  return {
    call: {
      service: "dynamodb",
      action: `dynamodb:${name}`,
      resources: [...new Set(rights.map(({ resource }) => resource))],
      body,
    },
    rights,
    context: () => (input === undefined ? new Map() : conditionContext(name, input, keys)),
    mayBeStale: kind === "read" && !consistent,
    async run(count, stale) {
      if (kind === undefined || input === undefined) return forward(name, body);
      const asked = /^(TOTAL|INDEXES)$/.test(input.ReturnConsumedCapacity ?? "");
      const send = (stale && replica?.forward) || forward;
      const go = () => send(name, asked ? body : askForCapacity(body));
      const answer = await (kind === "write" && replica ? replica.follow(name, input, go) : go());
      const least = kind === "write" || consistent ? 1 : 0.5;
      return counted(answer, kind, least, asked, count);
    },
  };
}

/** A batch may ask for consistency table by table. */
function isConsistent(name: string, { ConsistentRead, RequestItems }: Input): boolean {
  return name === "BatchGetItem"
    ? Object.values(RequestItems).some((table) => v.is(Consistent, table))
    : ConsistentRead === true;
}

/** JSON takes the last of several properties of the same name. */
function askForCapacity(body: string): string {
  return body.replace(/([^{\s])\s*\}\s*$/, '$1,"ReturnConsumedCapacity":"TOTAL"}');
}

/** @param least the units of a call that finds nothing, which dynalite does not count */
function counted(
  answer: Answer,
  kind: "read" | "write",
  least: number,
  asked: boolean,
  count: (what: Partial<Counts>) => void,
): Answer {
  if (answer.status !== 200) {
    // A failed condition is billed by the size of the item that it read, which is not known here.
    const refused = answer.body?.includes("ConditionalCheckFailedException");
    if (refused) count({ writes: 1, writeUnits: 1 });
    return answer;
  }
  const { ConsumedCapacity, ...output } = v.parse(Output, JSON.parse(answer.body ?? "{}"));
  const consumed = [ConsumedCapacity].flat().reduce((sum, one) => sum + one.CapacityUnits, 0);
  const units = Math.max(least, consumed);
  count(kind === "read" ? { reads: 1, readUnits: units } : { writes: 1, writeUnits: units });
  return asked ? answer : { ...answer, body: JSON.stringify(output) };
}
