import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DynamoDB,
} from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { itemSize } from "../src/dynamodb/capacity.js";
import { type Fixture, startFixture } from "./fixtures/runtime.ts";

let fixture: Fixture;
let db: DynamoDB;

beforeAll(async () => {
  fixture = await startFixture();
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  db = new DynamoDB({ region: "us-east-1", credentials, endpoint: fixture.endpoint });
});
afterAll(() => fixture.stop());
beforeEach(() => fixture.counters.reset());

const TableName = "Table";
const counted = () => fixture.counters.snapshot().developer;
const put = (id: string, text: string) =>
  db.putItem({ TableName, Item: { id: { S: id }, text: { S: text } } });
const key = (id: string): Record<string, AttributeValue> => ({ id: { S: id } });

test.each<[string, object, number]>([
  ["text", { S: "abc" }, 3],
  ["text in Cyrillic", { S: "где" }, 6],
  ["text in Chinese", { S: "在哪里" }, 9],
  ["an emoji", { S: "👍" }, 4],
  ["zero", { N: "0" }, 1],
  ["a number", { N: "1234" }, 3],
  ["a number whose first digit has a byte of its own", { N: "12345.6" }, 5],
  ["a negative number", { N: "-1234" }, 4],
  ["a number with zeros around it", { N: "0012000" }, 3],
  ["a number with an exponent", { N: "1.2E4" }, 3],
  ["bytes", { B: "AAEC" }, 3],
  ["a set of texts", { SS: ["ab", "ж"] }, 4],
  ["a set of numbers", { NS: ["0", "12"] }, 3],
  ["nothing", { NULL: true }, 1],
  ["a truth value", { BOOL: false }, 1],
  ["an empty list", { L: [] }, 3],
  ["a list", { L: [{ S: "ab" }, { BOOL: true }] }, 3 + (1 + 2) + (1 + 1)],
  ["a map", { M: { ж: { S: "ab" } } }, 3 + 1 + 2 + 2],
])("the size of %s is what DynamoDB bills, beside that of its name", (_, value, size) => {
  expect(itemSize({ ж: value })).toBe(2 + size);
});

test("a write costs a unit for each KB of UTF-8, of the item before or after it", async () => {
  await put("a", "ж".repeat(600));
  expect(counted()).toMatchObject({ writes: 1, writeUnits: 2 });
  await put("a", "short");
  expect(counted()).toMatchObject({ writes: 2, writeUnits: 4 });
  await put("a", "short");
  expect(counted()).toMatchObject({ writes: 3, writeUnits: 5 });
  await db.updateItem({
    TableName,
    Key: key("a"),
    UpdateExpression: "SET more = :more",
    ExpressionAttributeValues: { ":more": { S: "👍".repeat(600) } },
  });
  expect(counted()).toMatchObject({ writes: 4, writeUnits: 8 });
  await db.deleteItem({ TableName, Key: key("a") });
  expect(counted()).toMatchObject({ writes: 5, writeUnits: 11 });
});

test("a write whose condition fails costs the item that is there, or the one that was to be", async () => {
  await put("a", "ж".repeat(600));
  fixture.counters.reset();
  const unless = { TableName, ConditionExpression: "attribute_not_exists(id)" };
  await expect(db.putItem({ Item: key("a"), ...unless })).rejects.toThrow(
    ConditionalCheckFailedException,
  );
  expect(counted()).toMatchObject({ writes: 1, writeUnits: 2 });
  const Item = { ...key("a"), text: { S: "x".repeat(3_000) } };
  await expect(db.putItem({ Item, ...unless })).rejects.toThrow(ConditionalCheckFailedException);
  expect(counted()).toMatchObject({ writes: 2, writeUnits: 5 });
  const none = { TableName, Key: key("nobody"), ConditionExpression: "attribute_exists(id)" };
  await expect(db.deleteItem(none)).rejects.toThrow(ConditionalCheckFailedException);
  expect(counted()).toMatchObject({ writes: 3, writeUnits: 6 });
});

test("a read costs a unit for each 4 KB of UTF-8, or half of one if it may be stale", async () => {
  await put("a", "ж".repeat(3_000));
  fixture.counters.reset();
  const get = { TableName, Key: key("a") };
  await db.getItem({ ...get, ConsistentRead: true, ProjectionExpression: "id" });
  expect(counted()).toMatchObject({ reads: 1, readUnits: 2 });
  await db.getItem(get);
  expect(counted()).toMatchObject({ reads: 2, readUnits: 3 });
});

test("a read that finds nothing costs what the smallest item does", async () => {
  await db.getItem({ TableName, Key: key("nobody") });
  await db.query({
    TableName,
    ConsistentRead: true,
    KeyConditionExpression: "id = :id",
    ExpressionAttributeValues: { ":id": { S: "nobody" } },
  });
  expect(counted()).toMatchObject({ reads: 2, readUnits: 1.5 });
});

test("items of a batch are rounded one by one, those of a scan together", async () => {
  for (const id of ["a", "b", "c"]) await put(id, "ж".repeat(600));
  fixture.counters.reset();
  const Keys = ["a", "b", "c", "nobody"].map(key);
  await db.batchGetItem({ RequestItems: { [TableName]: { Keys, ConsistentRead: true } } });
  expect(counted()).toMatchObject({ reads: 1, readUnits: 4 });
  await db.scan({ TableName, ConsistentRead: true });
  expect(counted()).toMatchObject({ reads: 2, readUnits: 5 });
  // What a filter leaves out has been read; what the limit leaves out has not.
  await db.scan({
    TableName,
    ConsistentRead: true,
    FilterExpression: "begins_with(nick, :text)",
    ExpressionAttributeValues: { ":text": { S: "none" } },
  });
  expect(counted()).toMatchObject({ reads: 3, readUnits: 6 });
  await db.scan({ TableName, Limit: 3 });
  expect(counted()).toMatchObject({ reads: 4, readUnits: 6.5 });
  const puts = Keys.slice(0, 3).map((Item) => ({ PutRequest: { Item } }));
  await db.batchWriteItem({ RequestItems: { [TableName]: puts } });
  expect(counted()).toMatchObject({ writes: 1, writeUnits: 6 });
});

test("a page ends when it has read 1 MB of UTF-8, and an item has at most 400 KB of it", async () => {
  await expect(put("big", "ж".repeat(205_000))).rejects.toThrow("Item size has exceeded");
  for (const id of ["a", "b", "c", "d"]) await put(id, "ж".repeat(204_000));
  fixture.counters.reset();
  const page = await db.scan({ TableName, ConsistentRead: true, Select: "COUNT" });
  expect(page).toMatchObject({ Count: 3, LastEvaluatedKey: {} });
  expect(counted()).toMatchObject({ readUnits: 299 });
});

test("consumed capacity is in the answer only if the request asks for it", async () => {
  const consumed = async (input: { ReturnConsumedCapacity?: "NONE" | "TOTAL" }) => {
    const Item = { ...key("new"), text: { S: "ж".repeat(600) } };
    return (await db.putItem({ TableName, Item, ...input })).ConsumedCapacity;
  };
  expect(await consumed({})).toBeUndefined();
  expect(await consumed({ ReturnConsumedCapacity: "NONE" })).toBeUndefined();
  expect(await consumed({ ReturnConsumedCapacity: "TOTAL" })).toEqual({
    CapacityUnits: 2,
    TableName,
  });
});
