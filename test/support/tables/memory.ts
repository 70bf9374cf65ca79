import {
  ConditionalCheckFailedException,
  ResourceNotFoundException,
} from "@aws-sdk/client-dynamodb";
import { holds } from "./conditions.ts";
import { Partitions } from "./partitions.ts";
import { resolve } from "./reader.ts";
import { Expressions, type Requests, readRequest } from "./requests.ts";
import { update } from "./updates.ts";
import { canonical, type Item, invalid, readItem, sizeOf, Unsupported } from "./values.ts";

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html */
const MAX_ITEM_BYTES = 400 * 1024;
const MAX_PAGE_BYTES = 1024 * 1024;
const MAX_BATCH_KEYS = 100;
const MAX_BATCH_BYTES = 16 * 1024 * 1024;

/** Taken before a test can replace it. */
const later = setImmediate;

/**
 * DynamoDB in memory, for tests that make thousands of small calls. It takes the requests of the
 * low-level API and returns their answers. It refuses what it does not know with `Unsupported`;
 * test/store compares the rest with dynalite and dynoxide.
 */
export class MemoryTables {
  /** Requests that DynamoDB would refuse, or that are unknown here. */
  readonly refused: unknown[] = [];
  /** The capacity units that were used so far. */
  readonly units = { read: 0, write: 0 };
  readonly #tables = new Map<string, Partitions>();

  /** Performs an operation of the API, such as `PutItem`, at once, and answers a little later. */
  async send(operation: string, input: unknown): Promise<object> {
    try {
      return this.#do(operation, input);
    } catch (error) {
      const isNormal = error instanceof ConditionalCheckFailedException;
      if (!isNormal) this.refused.push(error);
      throw error;
    } finally {
      await new Promise((resolve) => later(resolve));
    }
  }

  #do(operation: string, input: unknown): object {
    switch (operation) {
      case "CreateTable":
        return this.#create(readRequest(operation, input));
      case "GetItem":
        return this.#get(readRequest(operation, input));
      case "PutItem":
        return this.#put(readRequest(operation, input));
      case "DeleteItem":
        return this.#delete(readRequest(operation, input));
      case "UpdateItem":
        return this.#update(readRequest(operation, input));
      case "Query":
        return this.#query(readRequest(operation, input));
      case "Scan":
        return this.#scan(readRequest(operation, input));
      case "BatchGetItem":
        return this.#batchGet(readRequest(operation, input));
      default:
        throw new Unsupported(`Tables in memory have no ${operation}`);
    }
  }

  #table(name: string): Partitions {
    const table = this.#tables.get(name);
    if (table !== undefined) return table;
    throw new ResourceNotFoundException({ message: `No table ${name}`, $metadata: {} });
  }

  #create({ TableName, KeySchema, AttributeDefinitions }: Requests["CreateTable"]) {
    const [hash, range] = KeySchema.map(({ AttributeName: name }) => {
      const defined = AttributeDefinitions.find(({ AttributeName }) => AttributeName === name);
      if (defined === undefined) throw invalid(`The type of the key attribute ${name} is missing`);
      return { name, type: defined.AttributeType };
    });
    if (hash === undefined) throw invalid("A table needs a key");
    this.#tables.set(TableName, new Partitions({ hash, range }));
    return {};
  }

  #get(request: Requests["GetItem"]) {
    const table = this.#table(request.TableName);
    const Item = table.get(keyOf(table, request.Key));
    return { ...(Item && { Item }), ...this.#reads(sizeOf(Item), request) };
  }

  #put(request: Requests["PutItem"]) {
    const table = this.#table(request.TableName);
    const item = readItem(request.Item);
    const expressions = new Expressions(request);
    return this.#write(table, item, request, expressions, () => item);
  }

  #delete(request: Requests["DeleteItem"]) {
    const table = this.#table(request.TableName);
    const key = keyOf(table, request.Key);
    return this.#write(table, key, request, new Expressions(request), () => undefined);
  }

  #update(request: Requests["UpdateItem"]) {
    const table = this.#table(request.TableName);
    const key = keyOf(table, request.Key);
    const expressions = new Expressions(request);
    const actions = expressions.update(request.UpdateExpression);
    if (actions.some(({ path }) => resolve(path, expressions)[0] in key)) {
      throw invalid("Cannot update an attribute that is part of the key");
    }
    return this.#write(table, key, request, expressions, (item) => {
      if (!item && actions.every(({ kind }) => kind === "REMOVE" || kind === "DELETE")) {
        throw new Unsupported("Tables in memory remove nothing from what is not there");
      }
      return update(item ?? key, actions, expressions);
    });
  }

  /**
   * Replaces an item by what `change` makes of it, if the condition holds; undefined removes it.
   */
  #write(
    table: Partitions,
    key: Item,
    request: Omit<Requests["UpdateItem"], "Key" | "UpdateExpression">,
    expressions: Expressions,
    change: (item: Item | undefined) => Item | undefined,
  ) {
    const condition = expressions.condition(request.ConditionExpression);
    expressions.check();
    const before = table.get(key);
    if (condition && !holds(condition, before ?? {}, expressions)) {
      this.#writes(sizeOf(before), request);
      throw new ConditionalCheckFailedException({
        message: "The conditional request failed",
        $metadata: { httpStatusCode: 400 },
      });
    }
    const after = change(before);
    if (sizeOf(after) > MAX_ITEM_BYTES) {
      throw invalid("Item size has exceeded the maximum allowed size");
    }
    table.set(key, after && Object.freeze(after));
    const Attributes = { NONE: undefined, ALL_OLD: before, ALL_NEW: after }[
      request.ReturnValues ?? "NONE"
    ];
    const bytes = Math.max(sizeOf(before), sizeOf(after));
    return { ...(Attributes && { Attributes }), ...this.#writes(bytes, request) };
  }

  #query(request: Requests["Query"]) {
    const table = this.#table(request.TableName);
    const expressions = new Expressions(request);
    const condition = expressions.condition(request.KeyConditionExpression);
    if (!condition) throw invalid("There is no key condition");
    const start = request.ExclusiveStartKey && keyOf(table, request.ExclusiveStartKey);
    const items = table.query(condition, expressions, start, request.ScanIndexForward);
    return this.#page(table, items, request, expressions);
  }

  #scan(request: Requests["Scan"]) {
    const table = this.#table(request.TableName);
    const start = request.ExclusiveStartKey && keyOf(table, request.ExclusiveStartKey);
    return this.#page(table, table.all(start), request, new Expressions(request));
  }

  /** The items of one page, limited by number and size. */
  #page(
    table: Partitions,
    items: readonly Item[],
    request: Requests["Query" | "Scan"],
    expressions: Expressions,
  ) {
    const filter = expressions.condition(request.FilterExpression);
    expressions.check();
    const page: Item[] = [];
    let bytes = 0;
    const isFull = () => page.length >= request.Limit || bytes >= MAX_PAGE_BYTES;
    for (const item of items) {
      if (isFull()) break;
      page.push(item);
      bytes += sizeOf(item);
    }
    const found = page.filter((item) => !filter || holds(filter, item, expressions));
    const last = page.at(-1);
    return {
      ...(request.Select !== "COUNT" && { Items: found }),
      Count: found.length,
      ScannedCount: page.length,
      // As with DynamoDB, a page that is full may be the last one.
      ...(last && isFull() && { LastEvaluatedKey: table.keyPart(last) }),
      ...this.#reads(bytes, request),
    };
  }

  #batchGet({ RequestItems }: Requests["BatchGetItem"]) {
    const [[name, request] = [], ...others] = Object.entries(RequestItems);
    if (name === undefined || request === undefined || others.length > 0) {
      throw new Unsupported("Tables in memory get a batch of one table");
    }
    const table = this.#table(name);
    const keys = request.Keys.map((key) => keyOf(table, key));
    if (keys.length === 0 || keys.length > MAX_BATCH_KEYS) {
      throw invalid(`BatchGetItem takes 1 to ${MAX_BATCH_KEYS} keys, not ${keys.length}`);
    }
    if (new Set(keys.map((key) => canonical({ M: key }))).size < keys.length) {
      throw invalid("Provided list of item keys contains duplicates");
    }
    const found: Item[] = [];
    let bytes = 0;
    let done = 0;
    for (; done < keys.length && bytes <= MAX_BATCH_BYTES; done++) {
      const item = table.get(keys[done] ?? {});
      this.#reads(sizeOf(item), request);
      bytes += sizeOf(item);
      // The answer has no order; here it never has that of the keys.
      if (item) found.unshift(item);
    }
    const left = keys.slice(done);
    return {
      Responses: { [name]: found },
      UnprocessedKeys: left.length === 0 ? {} : { [name]: { ...request, Keys: left } },
    };
  }

  #reads(bytes: number, request: Consumer & { ConsistentRead: boolean }) {
    const units = Math.max(1, Math.ceil(bytes / 4096)) * (request.ConsistentRead ? 1 : 0.5);
    this.units.read += units;
    return consumed(units, request);
  }

  #writes(bytes: number, request: Consumer) {
    const units = Math.max(1, Math.ceil(bytes / 1024));
    this.units.write += units;
    return consumed(units, request);
  }
}

interface Consumer {
  readonly TableName?: string;
  readonly ReturnConsumedCapacity?: "NONE" | "TOTAL" | undefined;
}

function consumed(CapacityUnits: number, { TableName, ReturnConsumedCapacity }: Consumer) {
  if (ReturnConsumedCapacity !== "TOTAL") return {};
  return { ConsumedCapacity: { TableName, CapacityUnits } };
}

function keyOf(table: Partitions, input: Record<string, unknown>): Item {
  const key = readItem(input);
  table.checkKey(key);
  return key;
}
