import { setTimeout as sleep } from "node:timers/promises";
import { BatchGetCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { ClientError } from "../../protocol/errors.ts";
import { db } from "./table.ts";

/** BatchGetItem takes at most 100 keys. */
const BATCH = 100;

/** A throttled table answers with unprocessed keys: ms to go on asking for them, and between tries. */
const RETRY_MS = 3_000;
const FIRST_PAUSE_MS = 50;
const MAX_PAUSE_MS = 800;

const Key = v.record(v.string(), v.union([v.string(), v.number()]));
type Key = v.InferOutput<typeof Key>;

/**
 * The items of a table that exist among `keys`, in no order.
 * @throws {ClientError} `busy` if the table leaves keys unprocessed for 3 s
 */
export async function batchGet(table: string, keys: readonly Key[]): Promise<unknown[]> {
  const items: unknown[] = [];
  const deadline = Date.now() + RETRY_MS;
  let left = keys;
  for (let pause = FIRST_PAUSE_MS; left.length > 0; ) {
    const { Responses, UnprocessedKeys } = await db.send(
      new BatchGetCommand({
        RequestItems: { [table]: { Keys: left.slice(0, BATCH), ConsistentRead: true } },
      }),
    );
    items.push(...(Responses?.[table] ?? []));
    const unprocessed = v.parse(v.array(Key), UnprocessedKeys?.[table]?.Keys ?? []);
    left = [...unprocessed, ...left.slice(BATCH)];
    if (unprocessed.length === 0) continue;
    if (Date.now() + pause > deadline)
      throw new ClientError("busy", "The tables are busy; try again");
    await sleep(Math.random() * pause);
    pause = Math.min(MAX_PAUSE_MS, pause * 2);
  }
  return items;
}
