import * as v from "valibot";
import { expect, test } from "vitest";
import { conditionContext } from "../src/dynamodb/condition-context.ts";
import { Input } from "../src/dynamodb/request.ts";
import { TableKeys } from "../src/dynamodb/table-keys.ts";

const hash = (AttributeName: string) => [{ AttributeName, KeyType: "HASH" }];
const keys = new TableKeys([
  {
    id: "Notes",
    name: "Notes",
    AttributeDefinitions: [],
    KeySchema: [...hash("owner"), { AttributeName: "at", KeyType: "RANGE" }],
    GlobalSecondaryIndexes: [{ IndexName: "ByTag", KeySchema: hash("tag"), Projection: {} }],
  },
]);

function context(operation: string, input: object) {
  const known = conditionContext(operation, v.parse(Input, { TableName: "Notes", ...input }), keys);
  const of = (key: string) => [...(known.get(`dynamodb:${key}`) ?? [])].sort();
  return { of };
}

const ada = { owner: { S: "ada" }, at: { N: "1" } };
const bob = { owner: { S: "bob" }, at: { N: "2" } };

test.each<[string, object, string[]]>([
  ["GetItem", { Key: ada }, ["ada"]],
  ["PutItem", { Item: { ...bob, text: { S: "hi" } } }, ["bob"]],
  [
    "Query",
    {
      KeyConditionExpression: "#o = :me AND at > :at",
      ExpressionAttributeNames: { "#o": "owner" },
      ExpressionAttributeValues: { ":me": { S: "ada" }, ":at": { N: "0" } },
    },
    ["ada"],
  ],
  [
    "Query",
    {
      IndexName: "ByTag",
      KeyConditionExpression: "tag=:tag",
      ExpressionAttributeValues: { ":tag": { S: "tea" } },
    },
    ["tea"],
  ],
  ["Query", { KeyConditions: { owner: { AttributeValueList: [{ S: "ada" }] } } }, ["ada"]],
  ["BatchGetItem", { RequestItems: { Notes: { Keys: [ada, bob] } } }, ["ada", "bob"]],
  [
    "BatchWriteItem",
    { RequestItems: { Notes: [{ PutRequest: { Item: ada } }, { DeleteRequest: { Key: bob } }] } },
    ["ada", "bob"],
  ],
  ["Scan", {}, []],
])("the leading keys of %s with %j are %j", (operation, input, expected) => {
  expect(context(operation, input).of("leadingkeys")).toEqual(expected);
});

test("the attributes are those in the expressions, the key and the item", () => {
  const { of } = context("UpdateItem", {
    Key: ada,
    UpdateExpression: "SET #t = :t, info.rating[0] = if_not_exists(stars, :zero) REMOVE old-name",
    ConditionExpression: "attribute_exists(owner) AND NOT contains(tags, :tag)",
    ExpressionAttributeNames: { "#t": "text" },
  });
  expect(of("attributes")).toEqual(
    ["at", "info", "old-name", "owner", "stars", "tags", "text"].sort(),
  );
});

test("a read without Select has DynamoDB's default", () => {
  expect(context("Query", {}).of("select")).toEqual(["ALL_ATTRIBUTES"]);
  expect(context("Query", { IndexName: "ByTag" }).of("select")).toEqual([
    "ALL_PROJECTED_ATTRIBUTES",
  ]);
  expect(context("GetItem", { ProjectionExpression: "at" }).of("select")).toEqual([
    "SPECIFIC_ATTRIBUTES",
  ]);
  expect(context("Scan", { Select: "COUNT" }).of("select")).toEqual(["COUNT"]);
});
