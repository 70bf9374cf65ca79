import * as v from "valibot";
import { arn } from "../arn.ts";
import type { Right } from "../iam/policy.ts";

/** The parts of a request that say which tables it is about, and how they are read. */
export const Input = v.looseObject({
  TableName: v.optional(v.string()),
  IndexName: v.optional(v.string()),
  ConsistentRead: v.optional(v.boolean()),
  RequestItems: v.optional(v.record(v.string(), v.unknown()), {}),
});
export type Input = v.InferOutput<typeof Input>;

/** The engine's answer, and the capacity units that it used. */
export interface Forwarded {
  readonly status: number;
  readonly body: string;
  readonly units: number;
}

/** Sends the body of a request to the engine. */
export type Forward = (operation: string, body: string) => Promise<Forwarded>;

/** The parts of a request; undefined for a malformed one, which the engine refuses. */
export function parseInput(body: string): Input | undefined {
  try {
    const parsed = v.safeParse(Input, JSON.parse(body));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The rights that a request needs: an index has an ARN of its own, a batch needs several tables.
 */
export function rightsOf(
  name: string,
  { TableName = "*", IndexName, RequestItems }: Input,
): Right[] {
  const action = `dynamodb:${name}`;
  return name.startsWith("Batch")
    ? Object.keys(RequestItems).map((table) => ({ action, resource: tableArn(table) }))
    : [{ action, resource: tableArn(TableName, IndexName) }];
}

function tableArn(nameOrArn: string, index?: string): string {
  const table = nameOrArn.startsWith("arn:") ? nameOrArn : arn("dynamodb", `table/${nameOrArn}`);
  return index === undefined ? table : `${table}/index/${index}`;
}
