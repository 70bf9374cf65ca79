import { setTimeout as sleep } from "node:timers/promises";
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  ProvisionedThroughputExceededException,
  RequestLimitExceeded,
  ThrottlingException,
} from "@aws-sdk/client-dynamodb";
import {
  BatchGetCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateQuery,
  paginateScan,
  QueryCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { ClientError } from "../../protocol/errors.ts";

/**
 * DynamoDB's commands, in the few shapes that the store needs. In expressions `#name` stands for the
 * attribute `name`, which may be a reserved word, and `:name` for the value of that name. Items that
 * have expired are skipped: TTL deletes them up to days late.
 */

export const db = DynamoDBDocumentClient.from(
  // Far above DynamoDB's milliseconds, and low enough that a retry still fits into an invocation.
  new DynamoDBClient({
    requestHandler: {
      connectionTimeout: 1_000,
      requestTimeout: 3_000,
      throwOnRequestTimeout: true,
    },
  }),
  { marshallOptions: { removeUndefinedValues: true } },
);

/** The version that every item carries. */
const VERSION = 1;

type Key = Record<string, string | number>;
type Values = Record<string, unknown>;

interface Condition {
  if?: string;
  values?: Values;
}

export async function getItem<S extends v.GenericSchema>(
  table: string,
  key: Key,
  schema: S,
): Promise<v.InferOutput<S> | undefined> {
  const get = new GetCommand({ TableName: table, Key: key, ConsistentRead: true });
  const { Item } = await orBusy(db.send(get));
  return Item && isCurrent(Item) ? v.parse(schema, Item) : undefined;
}

/** @returns false if the condition did not hold */
export async function putItem(
  table: string,
  item: Values,
  condition?: Condition,
): Promise<boolean> {
  const Item = { ...item, v: VERSION };
  const put = new PutCommand({ TableName: table, Item, ...expressions(condition) });
  return (await ifHeld(db.send(put))) !== undefined;
}

/** @returns the item as it is then, undefined if the condition did not hold */
export async function updateItem(
  table: string,
  key: Key,
  update: string,
  condition: Condition,
): Promise<Values | undefined> {
  const command = new UpdateCommand({
    TableName: table,
    Key: key,
    UpdateExpression: update,
    ...expressions(condition, update),
    ReturnValues: "ALL_NEW",
  });
  return (await ifHeld(db.send(command)))?.Attributes;
}

/** An update that sets attributes, and removes those that are undefined. */
export function setting(attributes: Values): string {
  const sets = Object.keys(attributes).filter((name) => attributes[name] !== undefined);
  const removes = Object.keys(attributes).filter((name) => attributes[name] === undefined);
  return [
    sets.length > 0 ? `SET ${sets.map((name) => `#${name} = :${name}`).join(", ")}` : "",
    removes.length > 0 ? `REMOVE ${removes.map((name) => `#${name}`).join(", ")}` : "",
  ].join(" ");
}

/** @returns the item as it was, undefined if there was none */
export async function deleteItem(table: string, key: Key): Promise<Values | undefined> {
  const command = new DeleteCommand({ TableName: table, Key: key, ReturnValues: "ALL_OLD" });
  return (await orBusy(db.send(command))).Attributes;
}

interface Query {
  table: string;
  /** The key condition. */
  where: string;
  values: Values;
  limit?: number | undefined;
  /** The key after which to begin. */
  after?: Key | undefined;
  /** Whether to begin at the end. */
  backwards?: boolean;
  /** Whether the items need not be the newest, which is half the price. */
  stale?: boolean;
}

/** The items of a query, or the first `limit` of them, in the order of their sort keys. */
export async function queryItems<S extends v.GenericSchema>(
  query: Query,
  schema: S,
): Promise<v.InferOutput<S>[]> {
  const { limit = Infinity } = query;
  const items: v.InferOutput<S>[] = [];
  // A page of DynamoDB ends at 1 MB, whatever the limit.
  const pages = paginateQuery({ client: db }, toInput(query))[Symbol.asyncIterator]();
  while (items.length < limit) {
    const { value, done } = await orBusy(pages.next());
    if (done) break;
    items.push(...v.parse(v.array(schema), (value.Items ?? []).filter(isCurrent)));
  }
  return items.slice(0, limit);
}

/** How many items a query has, up to 1 MB of them. */
export async function countItems(query: Query): Promise<number> {
  const { Count } = await orBusy(db.send(new QueryCommand({ ...toInput(query), Select: "COUNT" })));
  return Count ?? 0;
}

function toInput({ table, where, values, limit = Infinity, after, backwards, stale }: Query) {
  return {
    TableName: table,
    KeyConditionExpression: where,
    ExpressionAttributeValues: prefixed(values),
    ConsistentRead: !stale,
    ScanIndexForward: !backwards,
    ...(limit < Infinity && { Limit: limit }),
    ...(after && { ExclusiveStartKey: after }),
  };
}

/** Every item of a table, expired or not, a page at a time. For jobs. */
export async function* scanItems<S extends v.GenericSchema>(
  table: string,
  schema: S,
): AsyncGenerator<v.InferOutput<S>[]> {
  for await (const page of paginateScan({ client: db }, { TableName: table })) {
    yield v.parse(v.array(schema), page.Items ?? []);
  }
}

/** BatchGetItem takes at most 100 keys. */
const BATCH = 100;

/** A throttled table leaves keys unprocessed: ms to go on asking for them, and between two tries. */
const RETRY_MS = 3_000;
const FIRST_PAUSE_MS = 50;
const MAX_PAUSE_MS = 800;

/**
 * The items of a table that exist among `keys`, in no order.
 * @throws {ClientError} `busy` if the table leaves keys unprocessed for 3 s
 */
export async function batchGet<S extends v.GenericSchema>(
  table: string,
  keys: readonly Key[],
  schema: S,
): Promise<v.InferOutput<S>[]> {
  const items: Values[] = [];
  const deadline = Date.now() + RETRY_MS;
  let left = keys;
  for (let pause = FIRST_PAUSE_MS; left.length > 0; ) {
    const Keys = left.slice(0, BATCH);
    const batch = new BatchGetCommand({
      RequestItems: { [table]: { Keys, ConsistentRead: true } },
    });
    const { Responses, UnprocessedKeys } = await orBusy(db.send(batch));
    items.push(...(Responses?.[table] ?? []));
    const unprocessed = UnprocessedKeys?.[table]?.Keys ?? [];
    left = [...unprocessed, ...left.slice(BATCH)];
    if (unprocessed.length === 0) continue;
    if (Date.now() + pause > deadline) throw busy();
    await sleep(Math.random() * pause);
    pause = Math.min(MAX_PAUSE_MS, pause * 2);
  }
  return v.parse(v.array(schema), items.filter(isCurrent));
}

/** Lifetimes are in seconds since the epoch, as DynamoDB's TTL wants them. */
export function secondsFromNow(seconds: number): number {
  return Math.floor(Date.now() / 1_000) + seconds;
}

function isCurrent({ expiresAt }: Values): boolean {
  return typeof expiresAt !== "number" || expiresAt > Date.now() / 1_000;
}

function expressions({ if: condition, values = {} }: Condition = {}, update = "") {
  const names = `${condition} ${update}`.match(/#\w+/g) ?? [];
  const present = Object.values(values).some((value) => value !== undefined);
  return {
    ...(condition !== undefined && { ConditionExpression: condition }),
    ...(names.length > 0 && {
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [name, name.slice(1)])),
    }),
    ...(present && { ExpressionAttributeValues: prefixed(values) }),
  };
}

function prefixed(values: Values): Values {
  const present = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present.map(([name, value]) => [`:${name}`, value]));
}

/** The outcome of a conditional write, undefined where the condition did not hold. */
async function ifHeld<T>(write: Promise<T>): Promise<T | undefined> {
  try {
    return await orBusy(write);
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}

/** @throws {ClientError} `busy` where DynamoDB throttled the command, after the SDK's own tries */
async function orBusy<T>(sent: Promise<T>): Promise<T> {
  try {
    return await sent;
  } catch (error) {
    const isThrottled =
      error instanceof ProvisionedThroughputExceededException ||
      error instanceof RequestLimitExceeded ||
      error instanceof ThrottlingException;
    throw isThrottled ? busy() : error;
  }
}

function busy(): ClientError {
  return new ClientError("busy", "Too much is going on at once; try again");
}
