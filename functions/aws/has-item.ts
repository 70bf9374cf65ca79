import * as v from "valibot";
import { log } from "../log.ts";
import { addressOf, prepare } from "./requests.ts";

const endpoint = addressOf("dynamodb");
const Answer = v.object({ Item: v.optional(v.object({})) });

/**
 * Whether an item is in a table, as far as DynamoDB answers. It is for `open`, which reads nothing
 * else: DynamoDB's client would be most of that function's bundle and cold start.
 */
export async function hasItem(TableName: string, key: Record<string, string>): Promise<boolean> {
  const Key = Object.fromEntries(Object.entries(key).map(([name, S]) => [name, { S }]));
  const headers = {
    "content-type": "application/x-amz-json-1.0",
    "x-amz-target": "DynamoDB_20120810.GetItem",
  };
  const body = JSON.stringify({ TableName, Key, ConsistentRead: true });
  const ask = prepare({ url: endpoint, service: "dynamodb", method: "POST", headers, body });
  const answer = await ask("/");
  if (answer?.status === 200) return v.parse(Answer, JSON.parse(answer.body)).Item !== undefined;
  log.warn("no answer about an item", { TableName, status: answer?.status });
  return true;
}
