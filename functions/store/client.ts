import { setTimeout as sleep } from "node:timers/promises";
import * as dynamo from "@aws-sdk/client-dynamodb";
import { BatchGetCommand, DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { ClientError } from "../../protocol/errors.ts";

/** DynamoDB's client, and what becomes of commands that DynamoDB throttles. */

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

export type Key = Record<string, string | number>;
export type Values = Record<string, unknown>;

/** @throws {ClientError} `busy` if DynamoDB throttled the command, after the SDK's own tries */
export async function orBusy<T>(sent: Promise<T>): Promise<T> {
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

/** The result of a conditional write, or undefined if the condition did not hold. */
export async function ifHeld<T>(write: Promise<T>): Promise<T | undefined> {
  try {
    return await orBusy(write);
  } catch (error) {
    if (error instanceof dynamo.ConditionalCheckFailedException) return undefined;
    throw error;
  }
}

/** BatchGetItem takes at most 100 keys. */
const BATCH = 100;

/** A throttled table leaves keys unprocessed. In ms: how long they are retried, and the pauses. */
const RETRY_MS = 3_000;
const FIRST_PAUSE_MS = 50;
const MAX_PAUSE_MS = 800;

/**
 * The items that exist among the keys, in no order.
 * @param isPatient whether to retry what is throttled; otherwise it is left out
 */
export async function batchGet(table: string, keys: readonly Key[], isPatient = true) {
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
