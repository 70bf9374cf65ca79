import * as v from "valibot";
import type { Context } from "../iam/conditions.ts";
import type { Input } from "./request.ts";
import type { TableKeys } from "./table-keys.ts";

const Attributes = v.record(v.string(), v.unknown());
const Item = v.optional(Attributes, {});
const Expression = v.optional(v.string(), "");

/** A call on one item, or one query: the parts that IAM's condition keys are taken from. */
const Single = v.looseObject({
  TableName: v.optional(v.string(), ""),
  IndexName: v.optional(v.string()),
  Item,
  Key: Item,
  KeyConditions: v.optional(
    v.record(v.string(), v.object({ AttributeValueList: v.optional(v.array(v.unknown()), []) })),
    {},
  ),
  AttributesToGet: v.optional(v.array(v.string()), []),
  ConditionExpression: Expression,
  FilterExpression: Expression,
  KeyConditionExpression: Expression,
  ProjectionExpression: Expression,
  UpdateExpression: Expression,
  ExpressionAttributeNames: v.optional(v.record(v.string(), v.string()), {}),
  ExpressionAttributeValues: Item,
  ReturnConsumedCapacity: v.optional(v.string()),
  ReturnValues: v.optional(v.string()),
  Select: v.optional(v.string()),
});
type Single = v.InferOutput<typeof Single>;

const BatchGet = v.looseObject({ Keys: v.array(Attributes) });
const BatchWrite = v.array(
  v.object({
    PutRequest: v.optional(v.object({ Item: Attributes })),
    DeleteRequest: v.optional(v.object({ Key: Attributes })),
  }),
);

/** The words in expressions that are not names of attributes. */
const KEYWORDS = /^(SET|REMOVE|ADD|DELETE|AND|OR|NOT|BETWEEN|IN)$/i;

/** The values of IAM's condition keys for a call, by the keys' names in lower case. */
export function conditionContext(name: string, input: Input, keys: TableKeys): Context {
  const parts = partsOf(name, input);
  const context = new Map<string, string[]>([
    ["dynamodb:leadingkeys", unique(parts.flatMap((part) => leadingKeys(part, keys)))],
    ["dynamodb:attributes", unique(parts.flatMap(attributes))],
  ]);
  const only = parts.length === 1 ? parts[0] : undefined;
  const single: readonly [string, string | undefined][] = [
    ["dynamodb:select", only?.Select ?? selectOf(name, only)],
    ["dynamodb:returnvalues", only?.ReturnValues],
    ["dynamodb:returnconsumedcapacity", only?.ReturnConsumedCapacity],
  ];
  for (const [key, value] of single) if (value !== undefined) context.set(key, [value]);
  return context;
}

/** A batch is several calls on one item each. */
function partsOf(name: string, input: Input): Single[] {
  if (!name.startsWith("Batch")) return [parse(input)];
  return Object.entries(input.RequestItems).flatMap(([TableName, request]) => {
    const get = v.safeParse(BatchGet, request);
    if (get.success) return get.output.Keys.map((Key) => parse({ ...get.output, TableName, Key }));
    const write = v.safeParse(BatchWrite, request);
    if (!write.success) return [];
    return write.output.map(({ PutRequest, DeleteRequest }) =>
      parse({ TableName, Item: PutRequest?.Item, Key: DeleteRequest?.Key }),
    );
  });
}

function parse(part: unknown): Single {
  const parsed = v.safeParse(Single, part);
  return parsed.success ? parsed.output : v.parse(Single, {});
}

function leadingKeys(part: Single, keys: TableKeys): string[] {
  const name = keys.partitionKey(part.TableName, part.IndexName);
  if (name === undefined) return [];
  const values = [
    part.Item[name],
    part.Key[name],
    ...(part.KeyConditions[name]?.AttributeValueList ?? []),
  ];
  for (const [, left = "", right = ""] of part.KeyConditionExpression.matchAll(
    /([\w.#-]+)\s*=\s*(:\w+)/g,
  )) {
    if (attributeName(part, left) === name) values.push(part.ExpressionAttributeValues[right]);
  }
  return values.flatMap((value) =>
    typeof value === "object" && value !== null ? Object.values(value).map(String) : [],
  );
}

function attributes(part: Single): string[] {
  const expressions = [
    part.ConditionExpression,
    part.FilterExpression,
    part.KeyConditionExpression,
    part.ProjectionExpression,
    part.UpdateExpression,
  ];
  const named = expressions.flatMap((expression) =>
    // Names, but not those of functions and values; of a path only the first part.
    [...expression.matchAll(/(?<![\w:.#-])([#A-Za-z_][\w-]*)(?!\w|-|\s*\()/g)]
      .map(([, word = ""]) => word)
      .filter((word) => !KEYWORDS.test(word))
      .map((word) => attributeName(part, word)),
  );
  return [
    ...Object.keys(part.Item),
    ...Object.keys(part.Key),
    ...Object.keys(part.KeyConditions),
    ...part.AttributesToGet,
    ...named,
  ];
}

function attributeName(part: Single, word: string): string {
  return part.ExpressionAttributeNames[word] ?? word;
}

/** DynamoDB's default for `Select`. */
function selectOf(name: string, part: Single | undefined): string | undefined {
  if (part === undefined || !/^(GetItem|BatchGetItem|Query|Scan)$/.test(name)) return undefined;
  if (part.ProjectionExpression !== "" || part.AttributesToGet.length > 0) {
    return "SPECIFIC_ATTRIBUTES";
  }
  return part.IndexName === undefined ? "ALL_ATTRIBUTES" : "ALL_PROJECTED_ATTRIBUTES";
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
