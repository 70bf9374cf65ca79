import * as v from "valibot";
import type { Counts } from "../aws/counters.ts";
import type { Operation } from "../aws/operation.ts";
import { ACCOUNT, PARTITION, REGION } from "../aws/place.ts";
import type { Answer } from "../endpoint/endpoint.ts";
import type { Right } from "../iam/policy.ts";
import { conditionContext } from "./condition-context.ts";
import type { Replica } from "./replica.ts";
import type { TableKeys } from "./table-keys.ts";

/** What of a request's input says what it is about. */
const Target = v.object({
  TableName: v.optional(v.string()),
  IndexName: v.optional(v.string()),
});
export const Input = v.looseObject({
  ...Target.entries,
  ConsistentRead: v.optional(v.boolean()),
  ReturnConsumedCapacity: v.optional(v.string()),
  RequestItems: v.optional(v.record(v.string(), v.unknown()), {}),
  TransactItems: v.optional(v.array(v.record(v.string(), v.looseObject(Target.entries))), []),
});
export type Input = v.InferOutput<typeof Input>;

/** The operations that consume capacity, and of which kind. */
const CAPACITY: Readonly<Record<string, "read" | "write">> = {
  BatchGetItem: "read",
  GetItem: "read",
  Query: "read",
  Scan: "read",
  TransactGetItems: "read",
  BatchWriteItem: "write",
  DeleteItem: "write",
  PutItem: "write",
  TransactWriteItems: "write",
  UpdateItem: "write",
};

/** What a transaction's part needs is the right to the action of the same kind. */
const TRANSACT_ACTIONS: Readonly<Record<string, string>> = {
  ConditionCheck: "ConditionCheckItem",
  Delete: "DeleteItem",
  Get: "GetItem",
  Put: "PutItem",
  Update: "UpdateItem",
};

const Consistent = v.object({ ConsistentRead: v.literal(true) });
const Consumed = v.object({ CapacityUnits: v.number() });
const Output = v.looseObject({
  ConsumedCapacity: v.optional(
    v.union([
      v.array(Consumed),
      v.pipe(
        Consumed,
        v.transform((one) => [one]),
      ),
    ]),
    [],
  ),
});

/** Sends a request's body on to the engine. */
export type Forward = (operation: string, body: string) => Promise<Answer>;

/** The tables, as the endpoint sees them. */
export interface DynamoDb {
  readonly keys: TableKeys;
  readonly forward: Forward;
  /** Where stale reads are on. */
  readonly replica?: Replica;
}

/** One call of DynamoDB's JSON protocol. */
export function dynamoDbOperation(
  target: string,
  body: string,
  { keys, forward, replica }: DynamoDb,
): Operation {
  const name = target.replace(/^DynamoDB_\d+\./, "");
  const input = parse(body);
  const rights = input === undefined ? [] : rightsOf(name, input);
  const kind = CAPACITY[name];
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

/** Whether a read asks for consistency; a batch says so for each of its tables. */
function isConsistent(name: string, { ConsistentRead, RequestItems }: Input): boolean {
  return name === "BatchGetItem"
    ? Object.values(RequestItems).some((table) => v.is(Consistent, table))
    : ConsistentRead === true;
}

/** Of several equal names the last one counts. */
function askForCapacity(body: string): string {
  return body.replace(/([^{\s])\s*\}\s*$/, '$1,"ReturnConsumedCapacity":"TOTAL"}');
}

function counted(
  answer: Answer,
  kind: "read" | "write",
  least: number,
  asked: boolean,
  count: (what: Partial<Counts>) => void,
): Answer {
  if (answer.status !== 200) {
    // Whatever a condition says, it was looked at, which is paid. How large the item is, is unknown.
    const refused = answer.body?.includes("ConditionalCheckFailedException");
    if (refused) count({ writes: 1, writeUnits: 1 });
    return answer;
  }
  const { ConsumedCapacity, ...output } = v.parse(Output, JSON.parse(answer.body ?? "{}"));
  // What finds nothing is paid too, which dynalite leaves out.
  const units = Math.max(
    least,
    ConsumedCapacity.reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0),
  );
  count(kind === "read" ? { reads: 1, readUnits: units } : { writes: 1, writeUnits: units });
  return asked ? answer : { ...answer, body: JSON.stringify(output) };
}

function parse(body: string): Input | undefined {
  try {
    const parsed = v.safeParse(Input, JSON.parse(body));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}

function rightsOf(name: string, input: Input): Right[] {
  const action = `dynamodb:${name}`;
  const { TableName, IndexName, RequestItems, TransactItems } = input;
  switch (name) {
    case "BatchGetItem":
    case "BatchWriteItem":
      return Object.keys(RequestItems).map((table) => ({ action, resource: tableArn(table) }));
    case "TransactGetItems":
    case "TransactWriteItems":
      return TransactItems.flatMap((parts) =>
        Object.entries(parts).map(([kind, { TableName = "" }]) => ({
          action: `dynamodb:${TRANSACT_ACTIONS[kind] ?? kind}`,
          resource: tableArn(TableName),
        })),
      );
    default:
      return [{ action, resource: tableArn(TableName ?? "*", IndexName) }];
  }
}

function tableArn(nameOrArn: string, index?: string): string {
  const arn = nameOrArn.startsWith("arn:")
    ? nameOrArn
    : `arn:${PARTITION}:dynamodb:${REGION}:${ACCOUNT}:table/${nameOrArn}`;
  return index === undefined ? arn : `${arn}/index/${index}`;
}
