import * as v from "valibot";
import { type Condition, readCondition } from "./conditions.ts";
import { Reader } from "./reader.ts";
import { type Action, readUpdate } from "./updates.ts";
import { invalid, readValue, Unsupported } from "./values.ts";

/** The members of a request. A member that is not listed here is refused, not ignored. */

const Attributes = v.record(v.string(), v.unknown());
const common = {
  TableName: v.string(),
  ReturnConsumedCapacity: v.optional(v.picklist(["NONE", "TOTAL"])),
};
const placed = {
  ExpressionAttributeNames: v.optional(v.record(v.string(), v.string()), {}),
  ExpressionAttributeValues: v.optional(Attributes, {}),
};
const write = {
  ...common,
  ...placed,
  ConditionExpression: v.optional(v.string()),
  ReturnValues: v.optional(v.picklist(["NONE", "ALL_OLD"])),
};
const read = { ConsistentRead: v.optional(v.boolean(), false) };
const paged = {
  ...common,
  ...placed,
  ...read,
  FilterExpression: v.optional(v.string()),
  ExclusiveStartKey: v.optional(Attributes),
  Limit: v.optional(v.pipe(v.number(), v.minValue(1)), Infinity),
  Select: v.optional(v.picklist(["ALL_ATTRIBUTES", "COUNT"])),
};

const schemas = {
  CreateTable: v.strictObject({
    TableName: v.string(),
    KeySchema: v.array(v.strictObject({ AttributeName: v.string(), KeyType: v.string() })),
    AttributeDefinitions: v.array(
      v.strictObject({ AttributeName: v.string(), AttributeType: v.picklist(["S", "N"]) }),
    ),
    BillingMode: v.literal("PAY_PER_REQUEST"),
  }),
  GetItem: v.strictObject({ ...common, ...read, Key: Attributes }),
  PutItem: v.strictObject({ ...write, Item: Attributes }),
  DeleteItem: v.strictObject({ ...write, Key: Attributes }),
  UpdateItem: v.strictObject({
    ...write,
    Key: Attributes,
    UpdateExpression: v.string(),
    ReturnValues: v.optional(v.picklist(["NONE", "ALL_OLD", "ALL_NEW"])),
  }),
  Query: v.strictObject({
    ...paged,
    KeyConditionExpression: v.string(),
    ScanIndexForward: v.optional(v.boolean(), true),
  }),
  Scan: v.strictObject(paged),
  BatchGetItem: v.strictObject({
    RequestItems: v.record(v.string(), v.strictObject({ ...read, Keys: v.array(Attributes) })),
  }),
};
export type Requests = { [Name in keyof typeof schemas]: v.InferOutput<(typeof schemas)[Name]> };

export function readRequest<Name extends keyof Requests>(
  operation: Name,
  input: unknown,
): Requests[Name];
export function readRequest(operation: keyof Requests, input: unknown) {
  // The SDK leaves out what is undefined.
  const given = Object.entries(input ?? {}).filter(([, value]) => value !== undefined);
  for (const [name, value] of given) {
    const isEmpty = /^ExpressionAttribute/.test(name) && Object.keys(value).length === 0;
    if (isEmpty) throw invalid(`${name} must not be empty`);
  }
  const parsed = v.safeParse(schemas[operation], Object.fromEntries(given));
  if (parsed.success) return parsed.output;
  const [{ message, path = [] }] = parsed.issues;
  const where = path.map(({ key }) => String(key)).join(".");
  throw new Unsupported(`Tables in memory do not take this ${operation}: ${where}: ${message}`);
}

interface Given {
  readonly ExpressionAttributeNames: Record<string, string>;
  readonly ExpressionAttributeValues: Record<string, unknown>;
}

/** The parsed expressions of a request, and the meanings of their placeholders. */
export class Expressions {
  readonly names: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, ReturnType<typeof readValue>>>;
  readonly #used = new Set<string>();

  constructor({ ExpressionAttributeNames, ExpressionAttributeValues }: Given) {
    this.names = ExpressionAttributeNames;
    this.values = Object.fromEntries(
      Object.entries(ExpressionAttributeValues).map(([name, value]) => [name, readValue(value)]),
    );
  }

  condition(text: string | undefined): Condition | undefined {
    return text === undefined ? undefined : this.#use(conditionOf(text));
  }

  update(text: string): Action[] {
    return this.#use(updateOf(text));
  }

  #use<T>({ parsed, placeholders }: Parsed<T>): T {
    for (const placeholder of placeholders) this.#used.add(placeholder);
    return parsed;
  }

  /** Must be called after the last expression of the request. */
  check(): void {
    const given = new Set([...Object.keys(this.names), ...Object.keys(this.values)]);
    const missing = [...this.#used].filter((name) => !given.has(name));
    if (missing.length > 0) throw invalid(`Not defined: ${missing.join(", ")}`);
    const unused = [...given].filter((name) => !this.#used.has(name));
    if (unused.length > 0) throw invalid(`Not used in any expression: ${unused.join(", ")}`);
  }
}

interface Parsed<T> {
  readonly parsed: T;
  readonly placeholders: ReadonlySet<string>;
}

const conditionOf = cached(readCondition);
const updateOf = cached(readUpdate);

/** Parsed expressions are kept: there are few, and each is used often. */
function cached<T>(read: (reader: Reader) => T): (text: string) => Parsed<T> {
  const known = new Map<string, Parsed<T>>();
  return (text) => {
    let found = known.get(text);
    if (found === undefined) {
      const reader = new Reader(text);
      found = { parsed: read(reader), placeholders: reader.placeholders };
      if (!reader.isDone) throw reader.error("it does not end where it could");
      known.set(text, found);
    }
    return found;
  };
}
