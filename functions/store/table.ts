import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import * as v from "valibot";
import { type Attributes, toAttributes, toValues, type Values } from "./attributes.ts";
import { batchGet, db, ifHeld, type Key, orBusy } from "./client.ts";

/**
 * DynamoDB's commands, in the few forms that the store needs. In expressions `#name` stands for the
 * attribute `name`, which may be a reserved word, and `:name` for the value with that name.
 */

/** The version that every item carries. */
const VERSION = 1;

export interface Condition {
  if?: string;
  values?: Values;
}

/** The condition that there is no such item yet. */
export const IS_NEW: Condition = { if: "attribute_not_exists(room)" };

/** A change of an item, in the words of update expressions. An attribute set to undefined is removed. */
interface Change {
  set?: Values;
  /** Numbers that are added, and sets whose elements are. */
  add?: Values;
  /** Sets whose elements are deleted. */
  delete?: Values;
}

/** An update: a change, or an update expression for what a change cannot express. */
export type Update = [change: Change | string, condition?: Condition];

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
  const read = (item: Attributes | undefined) => item && parse(toValues(item));
  const at = (ids: Ids) => ({ TableName, Key: toAttributes(key(...ids)) });
  return {
    key,

    async get(...ids: Ids): Promise<Item | undefined> {
      const get = new GetItemCommand({ ...at(ids), ConsistentRead: true });
      const { Item } = await orBusy(db.send(get));
      const item = Item && toValues(Item);
      return item && isCurrent(item) ? parse(item) : undefined;
    },

    /** For `getTogether`. */
    asked: (...ids: Ids): Asked<Item> => ({ TableName, key: key(...ids), parse }),

    /** The items that exist among the keys, in no order. */
    async getAll(keys: readonly Key[]): Promise<Item[]> {
      return (await batchGet(TableName, keys)).filter(isCurrent).map(parse);
    },

    /** @returns false if the condition did not hold */
    async put(ids: Ids, attributes: Values, condition?: Condition): Promise<boolean> {
      const Item = toAttributes({ ...key(...ids), ...attributes, v: VERSION });
      const put = new PutItemCommand({ TableName, Item, ...expressions(condition) });
      return (await ifHeld(db.send(put))) !== undefined;
    },

    /**
     * Updates an item, by default if it exists.
     * @returns the updated item, or undefined if the condition did not hold
     */
    async update(ids: Ids, ...[change, condition]: Update): Promise<Item | undefined> {
      const item = at(ids);
      const { if: held = `attribute_exists(${Object.keys(item.Key)[0]})`, values } =
        condition ?? {};
      const { expression, values: changed } = toExpression(change);
      const update = new UpdateItemCommand({
        ...item,
        UpdateExpression: expression,
        ...expressions({ if: held, values: { ...changed, ...values } }, expression),
        ReturnValues: "ALL_NEW",
      });
      return read((await ifHeld(db.send(update)))?.Attributes);
    },

    /** @returns the item as it was, undefined if there was none */
    async delete(...ids: Ids): Promise<Item | undefined> {
      const command = new DeleteItemCommand({ ...at(ids), ReturnValues: "ALL_OLD" });
      return read((await orBusy(db.send(command))).Attributes);
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
      };
      const items: Item[] = [];
      let start = query.after && toAttributes(query.after);
      // A page of DynamoDB ends at 1 MB, whatever the limit.
      while (items.length < limit) {
        const ask = new QueryCommand({ ...input, ExclusiveStartKey: start });
        const { Items = [], LastEvaluatedKey } = await orBusy(db.send(ask));
        items.push(...Items.map(toValues).filter(isCurrent).map(parse));
        start = LastEvaluatedKey;
        if (!start) break;
      }
      return items.slice(0, limit);
    },

    /** Every item of the table, expired or not, page by page. For jobs only. */
    async *scan(): AsyncGenerator<Item[]> {
      let start: Attributes | undefined;
      do {
        const ask = new ScanCommand({ TableName, ExclusiveStartKey: start });
        const { Items = [], LastEvaluatedKey } = await db.send(ask);
        yield Items.map(toValues).map(parse);
        start = LastEvaluatedKey;
      } while (start);
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

function isCurrent({ expiresAt }: Values): boolean {
  return typeof expiresAt !== "number" || expiresAt > Date.now() / 1_000;
}

function toExpression(change: Change | string): { expression: string; values: Values } {
  if (typeof change === "string") return { expression: change, values: {} };
  const { set = {}, add = {}, delete: deleted = {} } = change;
  const isSet = (name: string) => set[name] !== undefined;
  const clauses = {
    SET: Object.keys(set)
      .filter(isSet)
      .map((name) => `#${name} = :${name}`),
    REMOVE: Object.keys(set)
      .filter((name) => !isSet(name))
      .map((name) => `#${name}`),
    ADD: Object.keys(add).map((name) => `#${name} :${name}`),
    DELETE: Object.keys(deleted).map((name) => `#${name} :${name}`),
  };
  const named = Object.entries(clauses).filter(([, parts]) => parts.length > 0);
  const expression = named.map(([verb, parts]) => `${verb} ${parts}`).join(" ");
  return { expression, values: { ...set, ...add, ...deleted } };
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

function prefixed(values: Values): Attributes {
  return toAttributes(
    Object.fromEntries(Object.entries(values).map(([name, value]) => [`:${name}`, value])),
  );
}
