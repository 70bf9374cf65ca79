import * as v from "valibot";
import type { Operation } from "../aws/operation.ts";
import { conditionContext } from "./condition-context.ts";
import type { Replica } from "./replica.ts";
import { type Forward, type Input, parseInput, rightsOf } from "./request.ts";
import type { TableKeys } from "./table-keys.ts";

/** The operations that consume capacity. dynalite knows no transactions. */
const READS = /^(BatchGetItem|GetItem|Query|Scan)$/;
const WRITES = /^(BatchWriteItem|DeleteItem|PutItem|UpdateItem)$/;

const Consistent = v.object({ ConsistentRead: v.literal(true) });

const HEADERS = { "content-type": "application/x-amz-json-1.0" };

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
      const send = (stale && replica?.forward) || forward;
      const go = () => send(name, body);
      const { units, ...answer } = await (kind === "write" && input !== undefined && replica
        ? replica.follow(name, input, go)
        : go());
      if (units > 0) {
        count(kind === "read" ? { reads: 1, readUnits: units } : { writes: 1, writeUnits: units });
      }
      return { ...answer, headers: HEADERS };
    },
  };
}

/** A batch may ask for consistency table by table. */
function isConsistent(name: string, { ConsistentRead, RequestItems }: Input): boolean {
  return name === "BatchGetItem"
    ? Object.values(RequestItems).some((table) => v.is(Consistent, table))
    : ConsistentRead === true;
}
