import { setTimeout as sleep } from "node:timers/promises";
import * as dynamo from "@aws-sdk/client-dynamodb";
import {
  BatchGetCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateQuery,
  paginateScan,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { ClientError } from "../../protocol/errors.ts";

/**
 * DynamoDB's commands, in the few forms that the store needs. In expressions `#name` stands for the
 * attribute `name`, which may be a reserved word, and `:name` for the value with that name.
 */

export const db = DynamoDBDocumentClient.from(
  // Far above DynamoDB's usual milliseconds, and short enough for a retry within the invocation.
  new dynamo.DynamoDBClient({
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

export interface Condition {
  if?: string;
  values?: Values;
}

interface Query {
  /** The key condition. */
  where: string;
  values: Values;
  limit?: number | undefined;
  /** The key after which to begin. */
  after?: Key | undefined;
  /** Whether to begin at the end. */
  backwards?: boolean;
  /** Whether the read may be eventually consistent, which is half the price. */
  stale?: boolean;
}

/**
 * A kind of item: the commands on its table, its key, and the schema that checks its items. Reads
 * are strongly consistent, and skip items that have expired, which TTL deletes up to days late.
 */
export function kind<S extends v.GenericSchema, Ids extends unknown[]>(
  TableName: string,
  schema: S,
  key: (...ids: Ids) => Key,
) {
  type Item = v.InferOutput<S>;
  const parse = (item: Values): Item => v.parse(schema, item);
  return {
    key,

    async get(...ids: Ids): Promise<Item | undefined> {
      const get = new GetCommand({ TableName, Key: key(...ids), ConsistentRead: true });
      const { Item } = await orBusy(db.send(get));
      return Item && isCurrent(Item) ? parse(Item) : undefined;
    },

    /** For `getTogether`. */
    asked: (...ids: Ids): Asked<Item> => ({ TableName, key: key(...ids), parse }),

    /** The items that exist among the keys, in no order. */
    async getAll(keys: readonly Key[]): Promise<Item[]> {
      return (await batchGet(TableName, keys)).filter(isCurrent).map(parse);
    },

    /** @returns false if the condition did not hold */
    async put(ids: Ids, attributes: Values, condition?: Condition): Promise<boolean> {
      const Item = { ...key(...ids), ...attributes, v: VERSION };
      const put = new PutCommand({ TableName, Item, ...expressions(condition) });
      return (await ifHeld(db.send(put))) !== undefined;
    },

    /** @returns the updated item, or undefined if the condition did not hold */
    async update(ids: Ids, change: string, condition: Condition): Promise<Item | undefined> {
      const update = new UpdateCommand({
        TableName,
        Key: key(...ids),
        UpdateExpression: change,
        ...expressions(condition, change),
        ReturnValues: "ALL_NEW",
      });
      const { Attributes } = (await ifHeld(db.send(update))) ?? {};
      return Attributes && parse(Attributes);
    },

    /** @returns the item as it was, undefined if there was none */
    async delete(...ids: Ids): Promise<Item | undefined> {
      const command = new DeleteCommand({ TableName, Key: key(...ids), ReturnValues: "ALL_OLD" });
      const { Attributes } = await orBusy(db.send(command));
      return Attributes && parse(Attributes);
    },

    /** The items of a query, or the first `limit` of them, in the order of their sort keys. */
    async query({ where, values, limit = Infinity, ...query }: Query): Promise<Item[]> {
      const input = {
        TableName,
        KeyConditionExpression: where,
        ExpressionAttributeValues: prefixed(values),
        ConsistentRead: !query.stale,
        ScanIndexForward: !query.backwards,
        ...(limit < Infinity && { Limit: limit }),
        ...(query.after && { ExclusiveStartKey: query.after }),
      };
      const items: Item[] = [];
      // A page of DynamoDB ends at 1 MB, whatever the limit.
      const pages = paginateQuery({ client: db }, input)[Symbol.asyncIterator]();
      while (items.length < limit) {
        const { value, done } = await orBusy(pages.next());
        if (done) break;
        items.push(...(value.Items ?? []).filter(isCurrent).map(parse));
      }
      return items.slice(0, limit);
    },

    /** Every item of the table, expired or not, page by page. For jobs only. */
    async *scan(): AsyncGenerator<Item[]> {
      for await (const { Items = [] } of paginateScan({ client: db }, { TableName })) {
        yield Items.map(parse);
      }
    },
  };
}

/** An item that is asked for together with others. */
export interface Asked<Item> {
  TableName: string;
  key: Key;
  parse: (item: Values) => Item;
}

type Answers<A> = { [I in keyof A]: (A[I] extends Asked<infer Item> ? Item : never) | undefined };

/** Items of any kinds of one table in one call, each in its place; undefined where there is none. */
export function getTogether<const A extends readonly Asked<unknown>[]>(...asked: A) {
  return together(asked);
}

/** The same at once, and undefined where DynamoDB throttles too. */
export function getUnthrottled<const A extends readonly Asked<unknown>[]>(...asked: A) {
  return together(asked, false);
}

async function together<const A extends readonly Asked<unknown>[]>(asked: A, isPatient = true) {
  const [{ TableName = "", key = {} } = {}] = asked;
  const idOf = (item: Values) => JSON.stringify(Object.keys(key).map((name) => item[name]));
  const keys = new Map(asked.map(({ key }) => [idOf(key), key]));
  const found = (await batchGet(TableName, [...keys.values()], isPatient)).filter(isCurrent);
  const items = new Map(found.map((item) => [idOf(item), item]));
  return asked.map(({ key, parse }) => {
    const item = items.get(idOf(key));
    return item && parse(item);
  }) as Answers<A>;
}

/** An update expression that sets attributes with a value and removes those without. */
export function setting(attributes: Values): string {
  const names = Object.keys(attributes);
  const sets = names.filter((name) => attributes[name] !== undefined);
  const removes = names.filter((name) => attributes[name] === undefined);
  const set = sets.length > 0 ? `SET ${sets.map((name) => `#${name} = :${name}`)}` : "";
  return removes.length > 0 ? `${set} REMOVE ${removes.map((name) => `#${name}`)}` : set;
}

/** BatchGetItem takes at most 100 keys. */
const BATCH = 100;

/** A throttled table leaves keys unprocessed. In ms: how long they are retried, and the pauses. */
const RETRY_MS = 3_000;
const FIRST_PAUSE_MS = 50;
const MAX_PAUSE_MS = 800;

async function batchGet(table: string, keys: readonly Key[], isPatient = true) {
  const items: Values[] = [];
  const deadline = Date.now() + RETRY_MS;
  let left = keys;
  for (let pause = FIRST_PAUSE_MS; left.length > 0; ) {
    const RequestItems = { [table]: { Keys: left.slice(0, BATCH), ConsistentRead: true } };
    const sent = orBusy(db.send(new BatchGetCommand({ RequestItems })));
    const answer = await (isPatient ? sent : unlessBusy(sent));
    items.push(...(answer?.Responses?.[table] ?? []));
    const unprocessed = (isPatient && answer?.UnprocessedKeys?.[table]?.Keys) || [];
    left = [...unprocessed, ...left.slice(BATCH)];
    if (unprocessed.length === 0) continue;
    if (Date.now() + pause > deadline) throw busy();
    await sleep(Math.random() * pause);
    pause = Math.min(MAX_PAUSE_MS, pause * 2);
  }
  return items;
}

/** DynamoDB counts each read by 4 KB. */
export const UNIT_BYTES = 4 * 1024;

/** What a read of these items costs, in bytes: their JSON is not smaller than what DynamoDB counts. */
export function bytesOf(items: readonly object[]): number {
  const bytes = items.reduce((sum, item) => sum + Buffer.byteLength(JSON.stringify(item)), 0);
  return Math.max(UNIT_BYTES, bytes);
}

/** DynamoDB's TTL counts in seconds since the epoch. */
export function secondsFromNow(seconds: number): number {
  return Math.floor(Date.now() / 1_000) + seconds;
}

function isCurrent({ expiresAt }: Values): boolean {
  return typeof expiresAt !== "number" || expiresAt > Date.now() / 1_000;
}

function expressions({ if: condition, values = {} }: Condition = {}, update = "") {
  const names = `${condition} ${update}`.match(/#\w+/g);
  const present = prefixed(values);
  return {
    ConditionExpression: condition,
    ExpressionAttributeNames: names
      ? Object.fromEntries(names.map((name) => [name, name.slice(1)]))
      : undefined,
    ExpressionAttributeValues: Object.keys(present).length > 0 ? present : undefined,
  };
}

function prefixed(values: Values): Values {
  const present = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present.map(([name, value]) => [`:${name}`, value]));
}

/** The result of a conditional write, or undefined if the condition did not hold. */
async function ifHeld<T>(write: Promise<T>): Promise<T | undefined> {
  try {
    return await orBusy(write);
  } catch (error) {
    if (error instanceof dynamo.ConditionalCheckFailedException) return undefined;
    throw error;
  }
}

/** @throws {ClientError} `busy` if DynamoDB throttled the command, after the SDK's own tries */
async function orBusy<T>(sent: Promise<T>): Promise<T> {
  try {
    return await sent;
  } catch (error) {
    const isThrottled =
      error instanceof dynamo.ProvisionedThroughputExceededException ||
      error instanceof dynamo.RequestLimitExceeded ||
      error instanceof dynamo.ThrottlingException;
    throw isThrottled ? busy() : error;
  }
}

/** The result, or undefined if DynamoDB throttled what it needs. */
export async function unlessBusy<T>(result: Promise<T>): Promise<T | undefined> {
  try {
    return await result;
  } catch (error) {
    if (error instanceof ClientError && error.code === "busy") return undefined;
    throw error;
  }
}

function busy(): ClientError {
  return new ClientError("busy", "Too much is going on at once; try again");
}
