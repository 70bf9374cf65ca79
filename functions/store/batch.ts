import { BatchGetCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { db } from "./client.ts";
import { ROOMS } from "./items.ts";

/** BatchGetItem takes at most 100 keys. */
const BATCH = 100;

const Key = v.object({ room: v.string(), entry: v.string() });
type Key = v.InferOutput<typeof Key>;

/** The items of the rooms table that exist among `keys`, in no order. */
export async function batchGet(keys: readonly Key[]): Promise<unknown[]> {
  const items: unknown[] = [];
  let left = keys;
  while (left.length > 0) {
    const { Responses, UnprocessedKeys } = await db.send(
      new BatchGetCommand({
        RequestItems: { [ROOMS]: { Keys: left.slice(0, BATCH), ConsistentRead: true } },
      }),
    );
    items.push(...(Responses?.[ROOMS] ?? []));
    const unprocessed = v.parse(v.array(Key), UnprocessedKeys?.[ROOMS]?.Keys ?? []);
    left = [...unprocessed, ...left.slice(BATCH)];
  }
  return items;
}
