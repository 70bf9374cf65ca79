import {
  type AttributeValue,
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  CreateTableCommand,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
  TransactGetItemsCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import { beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { MemoryTables } from "../support/tables/memory.ts";
import { playTables } from "../support/tables/play.ts";
import { Unsupported } from "../support/tables/values.ts";

/** What the store relies on in DynamoDB, which every engine must do alike. */

type Item = Record<string, AttributeValue>;

const TableName = "things";
const client = new DynamoDBClient({});
const isMemory = inject("engine") === "memory";
if (isMemory) playTables(client, new MemoryTables());

beforeAll(async () => {
  await client.send(
    new CreateTableCommand({
      TableName,
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ],
      AttributeDefinitions: [
        { AttributeName: "pk", AttributeType: "S" },
        { AttributeName: "sk", AttributeType: "N" },
      ],
      BillingMode: "PAY_PER_REQUEST",
    }),
  );
  await client.send(
    new CreateTableCommand({
      TableName: "words",
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ],
      AttributeDefinitions: [
        { AttributeName: "pk", AttributeType: "S" },
        { AttributeName: "sk", AttributeType: "S" },
      ],
      BillingMode: "PAY_PER_REQUEST",
    }),
  );
});

/** Every test has a partition of its own. */
let count = 0;
let pk: { S: string };
beforeEach(() => {
  count += 1;
  pk = { S: `partition ${count}` };
});

const key = (sk = 1) => ({ pk, sk: { N: String(sk) } });

async function put(item: Item, sk = 1): Promise<void> {
  await client.send(new PutItemCommand({ TableName, Item: { ...key(sk), ...item } }));
}

async function get(sk = 1): Promise<Item | undefined> {
  const { Item } = await client.send(
    new GetItemCommand({ TableName, Key: key(sk), ConsistentRead: true }),
  );
  return Item;
}

type Update = Omit<UpdateItemCommandInput, "TableName" | "Key">;

const update = (request: Update) =>
  client.send(new UpdateItemCommand({ TableName, Key: key(), ...request }));

/** The placeholders that the expressions use: DynamoDB refuses others, and an empty object. */
function used<T>(placeholders: Record<string, T>, ...expressions: string[]) {
  const has = (name: string) => new RegExp(`${name}(?!\\w)`).test(expressions.join());
  const found = Object.entries(placeholders).filter(([name]) => has(name));
  return found.length > 0 ? Object.fromEntries(found) : undefined;
}

/** The attributes of an item besides its key; sets have no order. */
function contentOf(item: Item | undefined): Item {
  const { pk: _, sk: __, ...content } = item ?? {};
  return Object.fromEntries(
    Object.entries(content).map(([name, value]) => [
      name,
      value.SS || value.NS
        ? Object.fromEntries(Object.entries(value).map(([type, all]) => [type, all?.toSorted()]))
        : value,
    ]),
  ) as Item;
}

describe("a condition", () => {
  const item: Item = {
    word: { S: "tea" },
    number: { N: "7" },
    negative: { N: "-3" },
    flag: { BOOL: true },
    words: { SS: ["a", "b"] },
    numbers: { NS: ["1", "2"] },
    list: { L: [{ S: "x" }] },
    map: { M: { inner: { N: "5" } } },
  };
  const names = { "#word": "word", "#number": "number", "#map": "map", "#inner": "inner" };
  const values: Item = {
    ":tea": { S: "tea" },
    ":te": { S: "te" },
    ":z": { S: "z" },
    ":7": { N: "7" },
    ":5": { N: "5" },
    ":10": { N: "10" },
    ":20": { N: "20" },
    ":2": { N: "2" },
    ":true": { BOOL: true },
    ":words": { SS: ["b", "a"] },
    ":a": { S: "a" },
  };

  test.each([
    ["#word = :tea", true],
    ["#word = :te", false],
    ["#word <> :te", true],
    ["#word < :z", true],
    ["#number = :7", true],
    ["#number = :tea", false],
    ["#number <> :tea", true],
    // By size, not by digits.
    ["#number < :10", true],
    ["#number <= :7 AND #number >= :7", true],
    ["#number > :7", false],
    ["negative < :2", true],
    ["#number BETWEEN :5 AND :10", true],
    ["#number BETWEEN :10 AND :20", false],
    ["#number < :z", false],
    ["flag = :true", true],
    ["words = :words", true],
    ["absent = :7", false],
    ["absent <> :7", true],
    ["absent < :7", false],
    ["attribute_exists(pk)", true],
    ["attribute_exists(absent)", false],
    ["attribute_not_exists(absent)", true],
    ["attribute_not_exists(#word)", false],
    ["attribute_exists(#map.#inner)", true],
    ["#map.#inner < :7", true],
    ["attribute_exists(#map.absent)", false],
    ["begins_with(#word, :te)", true],
    ["begins_with(#word, :z)", false],
    ["contains(words, :a)", true],
    ["contains(words, :z)", false],
    ["contains(numbers, :2)", true],
    ["size(words) = :2", true],
    ["size(#word) < :5", true],
    ["size(absent) < :5", false],
    ["NOT #word = :tea", false],
    ["NOT (#word = :te OR #number = :2)", true],
    ["#word = :te AND #number = :7 OR flag = :true", true],
    ["#word = :te AND (#number = :7 OR flag = :true)", false],
    ["#word = :tea or #number = :5 and flag = :tea", true],
  ])("%s is %s", async (ConditionExpression, holds) => {
    await put(item);
    const written = update({
      UpdateExpression: "SET seen = :seen",
      ConditionExpression,
      ExpressionAttributeNames: used(names, ConditionExpression),
      ExpressionAttributeValues: {
        ":seen": { BOOL: true },
        ...used(values, ConditionExpression),
      },
    });
    if (holds) await written;
    else await expect(written).rejects.toBeInstanceOf(ConditionalCheckFailedException);
    expect((await get())?.seen?.BOOL).toBe(holds || undefined);
  });

  test("holds for an absent item only if it asks whether it is absent", async () => {
    const write = (ConditionExpression: string) =>
      client.send(new PutItemCommand({ TableName, Item: key(), ConditionExpression }));
    await expect(write("attribute_exists(pk)")).rejects.toBeInstanceOf(
      ConditionalCheckFailedException,
    );
    await write("attribute_not_exists(pk)");
    await expect(write("attribute_not_exists(pk)")).rejects.toBeInstanceOf(
      ConditionalCheckFailedException,
    );
  });

  test("keeps an item from being deleted", async () => {
    await put({ a: { N: "1" } });
    const remove = (value: string) =>
      client.send(
        new DeleteItemCommand({
          TableName,
          Key: key(),
          ConditionExpression: "a = :a",
          ExpressionAttributeValues: { ":a": { N: value } },
          ReturnValues: "ALL_OLD",
        }),
      );
    await expect(remove("2")).rejects.toBeInstanceOf(ConditionalCheckFailedException);
    expect((await remove("1")).Attributes).toEqual({ ...key(), a: { N: "1" } });
    expect(await get()).toBeUndefined();
  });
});

describe("an update", () => {
  const before: Item = {
    a: { N: "1" },
    b: { N: "20" },
    words: { SS: ["x", "y"] },
    numbers: { NS: ["1", "10"] },
  };
  const values: Item = {
    ":1": { N: "1" },
    ":5": { N: "5" },
    ":xz": { SS: ["x", "z"] },
    ":xy": { SS: ["x", "y"] },
    ":10": { NS: ["10"] },
    ":map": { M: { inner: { S: "" }, list: { L: [{ NULL: true }, { BOOL: false }] } } },
  };

  test.each<[string, Item]>([
    ["SET a = :5", { a: { N: "5" } }],
    // All values are read from the item before the update.
    ["SET a = b, b = a", { a: { N: "20" }, b: { N: "1" } }],
    ["SET a = a + :5, b = b - :5", { a: { N: "6" }, b: { N: "15" } }],
    ["SET a = if_not_exists(a, :5), c = if_not_exists(c, :5)", { c: { N: "5" } }],
    ["SET c = if_not_exists(c, :1) + :5", { c: { N: "6" } }],
    ["SET c = :map", { c: values[":map"] ?? { NULL: true } }],
    ["ADD a :5, c :5", { a: { N: "6" }, c: { N: "5" } }],
    ["ADD words :xz, extra :xz", { words: { SS: ["x", "y", "z"] }, extra: { SS: ["x", "z"] } }],
    ["DELETE words :xz, extra :xz", { words: { SS: ["y"] } }],
    ["DELETE numbers :10", { numbers: { NS: ["1"] } }],
    ["set a = :5 add b :1", { a: { N: "5" }, b: { N: "21" } }],
  ])("%s changes what it names, and nothing else", async (UpdateExpression, changed) => {
    await put(before);
    const { Attributes } = await update({
      UpdateExpression,
      ExpressionAttributeValues: used(values, UpdateExpression),
      ReturnValues: "ALL_NEW",
    });
    expect(contentOf(Attributes)).toEqual({ ...before, ...changed });
    expect(contentOf(await get())).toEqual({ ...before, ...changed });
  });

  test("removes attributes, and sets with their last member", async () => {
    await put(before);
    const { Attributes } = await update({
      UpdateExpression: "REMOVE a, absent DELETE words :xy",
      ExpressionAttributeValues: { ":xy": { SS: ["x", "y"] } },
      ReturnValues: "ALL_OLD",
    });
    expect(contentOf(Attributes)).toEqual(before);
    const { b, numbers } = before;
    expect(contentOf(await get())).toEqual({ b, numbers });
  });

  test("of an absent item creates an item of the key and the update", async () => {
    const { Attributes } = await update({
      UpdateExpression: "SET a = :1 ADD words :xz",
      ExpressionAttributeValues: { ":1": { N: "1" }, ":xz": { SS: ["x"] } },
      ReturnValues: "ALL_NEW",
    });
    expect(Attributes).toEqual({ ...key(), a: { N: "1" }, words: { SS: ["x"] } });
  });

  test("returns nothing unless it is asked to", async () => {
    const request = {
      UpdateExpression: "ADD a :1",
      ExpressionAttributeValues: { ":1": { N: "1" } },
    };
    expect((await update(request)).Attributes).toBeUndefined();
    expect((await update({ ...request, ReturnValues: "ALL_OLD" })).Attributes?.a).toEqual({
      N: "1",
    });
  });
});

describe("a put", () => {
  test("replaces the whole item, and returns the old one if asked to", async () => {
    await put({ a: { N: "1" } });
    const Item = { ...key(), b: { N: "2" } };
    const { Attributes } = await client.send(
      new PutItemCommand({ TableName, Item, ReturnValues: "ALL_OLD" }),
    );
    expect(contentOf(Attributes)).toEqual({ a: { N: "1" } });
    expect(contentOf(await get())).toEqual({ b: { N: "2" } });
  });
});

describe("a request that makes no sense is refused:", () => {
  const one = { ":1": { N: "1" } };
  test.each<[string, Update]>([
    [
      "an empty set",
      { UpdateExpression: "SET a = :a", ExpressionAttributeValues: { ":a": { SS: [] } } },
    ],
    [
      "a set that has a member twice",
      { UpdateExpression: "SET a = :a", ExpressionAttributeValues: { ":a": { SS: ["x", "x"] } } },
    ],
    [
      "a value that is not used",
      { UpdateExpression: "SET a = :1", ExpressionAttributeValues: { ...one, ":2": { N: "2" } } },
    ],
    [
      "a name that is not used",
      {
        UpdateExpression: "SET a = :1 ",
        ConditionExpression: "attribute_exists(pk) ",
        ExpressionAttributeNames: { "#a": "a" },
        ExpressionAttributeValues: one,
      },
    ],
    [
      "a value that is not given",
      { UpdateExpression: "SET a = :1, b = :2", ExpressionAttributeValues: one },
    ],
    [
      "a name that is not given",
      { UpdateExpression: "SET #b = :1", ExpressionAttributeValues: one },
    ],
    [
      "an attribute that is changed twice",
      { UpdateExpression: "SET a = :1 REMOVE a", ExpressionAttributeValues: one },
    ],
    [
      "a section that is there twice",
      { UpdateExpression: "SET a = :1 SET b = :1", ExpressionAttributeValues: one },
    ],
    ["a change of the key", { UpdateExpression: "SET sk = :1", ExpressionAttributeValues: one }],
    [
      "a copy of an absent attribute",
      { UpdateExpression: "SET a = absent + :1", ExpressionAttributeValues: one },
    ],
    [
      "a number that is added to a word",
      { UpdateExpression: "ADD word :1", ExpressionAttributeValues: one },
    ],
    [
      "an expression that ends too early",
      { UpdateExpression: "SET a = ", ExpressionAttributeValues: one },
    ],
    [
      "words after the expression",
      {
        UpdateExpression: "SET a = :1",
        ConditionExpression: "a = :1 b",
        ExpressionAttributeValues: one,
      },
    ],
    ["no values", { UpdateExpression: "REMOVE a", ExpressionAttributeValues: {} }],
    ["no names", { UpdateExpression: "REMOVE a", ExpressionAttributeNames: {} }],
    [
      "a range that ends before it begins",
      {
        UpdateExpression: "REMOVE a",
        ConditionExpression: "a BETWEEN :2 AND :1",
        ExpressionAttributeValues: { ...one, ":2": { N: "2" } },
      },
    ],
  ])("%s", async (_, request) => {
    await put({ word: { S: "x" } });
    await expect(update(request)).rejects.toMatchObject({ name: "ValidationException" });
  });

  test.each<[string, Item]>([
    ["a key of another type", { sk: { S: "1" } }],
    ["half a key", {}],
    ["a key with another attribute", { sk: { N: "1" }, a: { N: "1" } }],
  ])("%s", async (_, more) => {
    const read = client.send(new GetItemCommand({ TableName, Key: { pk, ...more } }));
    await expect(read).rejects.toMatchObject({ name: "ValidationException" });
  });

  test("a table that does not exist", async () => {
    const read = client.send(new GetItemCommand({ TableName: "absent", Key: key() }));
    await expect(read).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });

  test("an item of more than 400 KB, but not one of nearly as many", async () => {
    await put({ text: { S: "x".repeat(400 * 1024 - 100) } });
    await expect(put({ text: { S: "x".repeat(400 * 1024) } })).rejects.toMatchObject({
      name: "ValidationException",
    });
  });
});

describe("a query", () => {
  async function query(more: Partial<QueryCommandInput> = {}) {
    const { Items = [], ...rest } = await client.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: "pk = :pk",
        ConsistentRead: true,
        ...more,
        ExpressionAttributeValues: { ":pk": pk, ...more.ExpressionAttributeValues },
      }),
    );
    return { ...rest, seqs: Items.map(({ sk }) => Number(sk?.N)) };
  }
  const putAll = (...all: number[]) => Promise.all(all.map((sk) => put({}, sk)));
  const range = (text: string, ...numbers: number[]) => ({
    KeyConditionExpression: `pk = :pk AND ${text}`,
    ExpressionAttributeValues: Object.fromEntries(
      numbers.map((number, index) => [`:${index}`, { N: String(number) }]),
    ),
  });

  test("gives the items of its partition in order, forwards or backwards", async () => {
    await putAll(10, -2, 9, 100, 0);
    expect((await query()).seqs).toEqual([-2, 0, 9, 10, 100]);
    expect((await query({ ScanIndexForward: false })).seqs).toEqual([100, 10, 9, 0, -2]);
  });

  test("gives the items of a range", async () => {
    await putAll(1, 2, 3, 10, 20);
    expect((await query(range("sk < :0", 3))).seqs).toEqual([1, 2]);
    expect((await query(range("sk <= :0", 3))).seqs).toEqual([1, 2, 3]);
    expect((await query(range("sk > :0", 3))).seqs).toEqual([10, 20]);
    expect((await query(range("sk >= :0", 3))).seqs).toEqual([3, 10, 20]);
    expect((await query(range("sk = :0", 3))).seqs).toEqual([3]);
    expect((await query(range("sk BETWEEN :0 AND :1", 2, 10))).seqs).toEqual([2, 3, 10]);
    expect((await query(range("sk < :0", Number.MAX_SAFE_INTEGER))).seqs).toHaveLength(5);
  });

  test.each([true, false])("goes on where a page ended, forward %s", async (ScanIndexForward) => {
    await putAll(1, 2, 3, 4, 5);
    const first = await query({ Limit: 2, ScanIndexForward });
    const { LastEvaluatedKey } = first;
    expect(LastEvaluatedKey).toEqual(key(ScanIndexForward ? 2 : 4));
    const rest = await query({ ExclusiveStartKey: LastEvaluatedKey, ScanIndexForward });
    expect([...first.seqs, ...rest.seqs]).toEqual(
      ScanIndexForward ? [1, 2, 3, 4, 5] : [5, 4, 3, 2, 1],
    );
    expect(rest.LastEvaluatedKey).toBeUndefined();
  });

  test("continues after the key of a deleted item", async () => {
    await putAll(1, 3);
    expect((await query({ ExclusiveStartKey: key(2) })).seqs).toEqual([3]);
    expect((await query({ ExclusiveStartKey: key(2), ScanIndexForward: false })).seqs).toEqual([1]);
  });

  test("names the last item of a full page, though no other follows", async () => {
    await putAll(1, 2);
    expect((await query({ Limit: 2 })).LastEvaluatedKey).toEqual(key(2));
    const end = await query({ ExclusiveStartKey: key(2) });
    expect(end).toMatchObject({ seqs: [], Count: 0 });
    expect(end.LastEvaluatedKey).toBeUndefined();
  });

  test("gives only the count if it is asked for that", async () => {
    await putAll(1, 2, 3);
    expect(await query({ Select: "COUNT" })).toMatchObject({ Count: 3, seqs: [] });
  });

  test("reads `Limit` items, whichever of them its filter keeps", async () => {
    await putAll(1, 2);
    await put({ kept: { BOOL: true } }, 3);
    const request = { FilterExpression: "attribute_exists(kept)" };
    expect(await query(request)).toMatchObject({ seqs: [3], Count: 1, ScannedCount: 3 });
    const cut = await query({ ...request, Limit: 2 });
    expect(cut).toMatchObject({ seqs: [], Count: 0, ScannedCount: 2, LastEvaluatedKey: key(2) });
  });

  test("ends a page at 1 MB", async () => {
    const text = { S: "x".repeat(300_000) };
    for (const sk of [1, 2, 3, 4, 5, 6]) await put({ text }, sk);
    const first = await query();
    expect(first.seqs.length).toBeGreaterThan(2);
    expect(first.seqs.length).toBeLessThan(6);
    const rest = await query({ ExclusiveStartKey: first.LastEvaluatedKey });
    expect([...first.seqs, ...rest.seqs]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test.each([
    ["without the partition", "sk = :0"],
    ["for a range of partitions", "pk > :pk AND sk = :0"],
    ["with two ranges", "pk = :pk AND sk > :0 AND sk < :0"],
    ["for an attribute that is not in the key", "pk = :pk AND other = :0"],
    ["with OR", "pk = :pk OR sk = :0"],
  ])("is refused %s", async (_, KeyConditionExpression) => {
    const values = {
      ":0": { N: "0" },
      ...(KeyConditionExpression.includes("pk") && { ":pk": pk }),
    };
    const request = { TableName, KeyConditionExpression, ExpressionAttributeValues: values };
    await expect(client.send(new QueryCommand(request))).rejects.toMatchObject({
      name: "ValidationException",
    });
  });

  test("orders strings by their UTF-8 bytes, and finds those that have a prefix", async () => {
    // As UTF-16, the emoji's surrogates would come before the letter from the private area.
    const words = ["a", "a#1", "a#2", "b", "Z", "ä", "\u{f8ff}", "👍"];
    for (const sk of words) {
      await client.send(new PutItemCommand({ TableName: "words", Item: { pk, sk: { S: sk } } }));
    }
    const find = async (text: string, values: Item = {}) => {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: "words",
          KeyConditionExpression: text,
          ExpressionAttributeValues: { ":pk": pk, ...values },
        }),
      );
      return Items.map(({ sk }) => sk?.S);
    };
    const ordered = ["Z", "a", "a#1", "a#2", "b", "ä", "\u{f8ff}", "👍"];
    expect(await find("pk = :pk")).toEqual(ordered);
    const begins = await find("pk = :pk AND begins_with(sk, :a)", { ":a": { S: "a#" } });
    expect(begins).toEqual(["a#1", "a#2"]);
    expect(await find("pk = :pk AND sk > :b", { ":b": { S: "b" } })).toEqual(ordered.slice(5));
  });

  test("is refused with an empty key", async () => {
    const item = { pk, sk: { S: "" } };
    const written = client.send(new PutItemCommand({ TableName: "words", Item: item }));
    await expect(written).rejects.toMatchObject({ name: "ValidationException" });
  });
});

test("a scan gives every item once, a page at a time", async () => {
  const mine = new Set<string>();
  for (let n = 0; n < 7; n++) {
    const item = { pk: { S: `${pk.S} ${n % 3}` }, sk: { N: String(n) } };
    await client.send(new PutItemCommand({ TableName, Item: item }));
    mine.add(JSON.stringify(item));
  }
  const found: string[] = [];
  let start: Item | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new ScanCommand({ TableName, Limit: 2, ...(start && { ExclusiveStartKey: start }) }),
    );
    expect(Items.length).toBeLessThanOrEqual(2);
    found.push(...Items.map(({ pk, sk }) => JSON.stringify({ pk, sk })));
    start = LastEvaluatedKey;
  } while (start !== undefined);
  expect(found.filter((one) => mine.has(one)).toSorted()).toEqual([...mine].toSorted());
});

describe("a batch", () => {
  const batch = (...keys: Item[]) =>
    client.send(
      new BatchGetItemCommand({
        RequestItems: { [TableName]: { Keys: keys, ConsistentRead: true } },
      }),
    );

  test("gives the items that exist among 100 keys, in no order", async () => {
    await Promise.all(Array.from({ length: 50 }, (_, n) => put({}, n * 2)));
    const { Responses, UnprocessedKeys } = await batch(
      ...Array.from({ length: 100 }, (_, n) => key(n)),
    );
    const seqs = Responses?.[TableName]?.map(({ sk }) => Number(sk?.N));
    expect(seqs?.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, n) => n * 2));
    expect(UnprocessedKeys).toEqual({});
  });

  test.each<[string, () => Item[]]>([
    ["more than 100 keys", () => Array.from({ length: 101 }, (_, n) => key(n))],
    ["no keys", () => []],
    ["a key twice", () => [key(), key()]],
  ])("is refused with %s", async (_, keys) => {
    await expect(batch(...keys())).rejects.toMatchObject({ name: "ValidationException" });
  });
});

test("capacity is counted by the sizes of items", async () => {
  const capacity = { ReturnConsumedCapacity: "TOTAL" } as const;
  const write = (text: string) =>
    client.send(
      new PutItemCommand({ TableName, Item: { ...key(), text: { S: text } }, ...capacity }),
    );
  const read = (ConsistentRead: boolean) =>
    client.send(new GetItemCommand({ TableName, Key: key(), ConsistentRead, ...capacity }));
  expect((await write("x")).ConsumedCapacity?.CapacityUnits).toBe(1);
  expect((await read(true)).ConsumedCapacity?.CapacityUnits).toBe(1);
  expect((await read(false)).ConsumedCapacity?.CapacityUnits).toBe(0.5);
  expect((await write("x".repeat(5_000))).ConsumedCapacity?.CapacityUnits).toBe(5);
  expect((await read(true)).ConsumedCapacity?.CapacityUnits).toBe(2);
  // The overwritten item counts as well.
  expect((await write("x")).ConsumedCapacity?.CapacityUnits).toBe(5);
});

if (isMemory) {
  describe("the tables in memory refuse what they do not support:", () => {
    test.each<[string, () => Promise<unknown>]>([
      ["an operation", () => client.send(new TransactGetItemsCommand({ TransactItems: [] }))],
      [
        "an unknown member of a request",
        () => client.send(new ScanCommand({ TableName, Segment: 1 })),
      ],
      [
        "a function of conditions",
        () =>
          update({
            UpdateExpression: "REMOVE a",
            ConditionExpression: "attribute_type(a, :s)",
            ExpressionAttributeValues: { ":s": { S: "S" } },
          }),
      ],
      [
        "a function of updates",
        () =>
          update({
            UpdateExpression: "SET a = list_append(a, :l)",
            ExpressionAttributeValues: { ":l": { L: [] } },
          }),
      ],
      [
        "a comparison",
        () =>
          update({
            UpdateExpression: "REMOVE a",
            ConditionExpression: "a IN (:s)",
            ExpressionAttributeValues: { ":s": { S: "S" } },
          }),
      ],
      ["an update within an attribute", () => update({ UpdateExpression: "REMOVE a.b" })],
      ["an element of a list", () => update({ UpdateExpression: "REMOVE a[0]" })],
      ["a kind of value", () => put({ a: { B: new Uint8Array() } })],
      ["a number that JavaScript would round", () => put({ a: { N: "12345678901234567890" } })],
      ["a removal from an absent attribute", () => update({ UpdateExpression: "REMOVE a" })],
    ])("%s", async (_, send) => {
      await expect(send()).rejects.toBeInstanceOf(Unsupported);
    });
  });
}
