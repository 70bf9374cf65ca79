import { BatchGetCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { db } from "./table.ts";

/** BatchGetItem takes at most 100 keys. */
const BATCH = 100;

const Key = v.record(v.string(), v.union([v.string(), v.number()]));
type Key = v.InferOutput<typeof Key>;

/** The items of a table that exist among `keys`, in no order. */
export async function batchGet(table: string, keys: readonly Key[]): Promise<unknown[]> {
  const items: unknown[] = [];
  let left = keys;
  while (left.length > 0) {
    const { Responses, UnprocessedKeys } = await db.send(
      new BatchGetCommand({
        RequestItems: { [table]: { Keys: left.slice(0, BATCH), ConsistentRead: true } },
      }),
    );
    items.push(...(Responses?.[table] ?? []));
    const unprocessed = v.parse(v.array(Key), UnprocessedKeys?.[table]?.Keys ?? []);
    left = [...unprocessed, ...left.slice(BATCH)];
  }
  return items;
}
