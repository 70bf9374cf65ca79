import { setTimeout as sleep } from "node:timers/promises";
import * as dynamo from "@aws-sdk/client-dynamodb";
import { AwsJson1_0Protocol } from "@aws-sdk/core/protocols";
import { ClientError } from "../../protocol/errors.ts";
import { addressOf, prepare } from "../aws/requests.ts";
import { type Attributes, toAttributes, toValues, type Values } from "./attributes.ts";

/**
 * DynamoDB's client, and what becomes of commands that DynamoDB throttles. The SDK provides commands,
 * retries and errors. Its transport, signer and schemas would take four fifths of a call's CPU time, so
 * `aws/requests.ts` sends the requests, with bodies of plain JSON.
 */

const url = addressOf("dynamodb");
const { protocol, hostname } = url;

type Protocol = AwsJson1_0Protocol;
type Sent = Awaited<ReturnType<Protocol["serializeRequest"]>>;

class PlainJson extends AwsJson1_0Protocol {
  override async serializeRequest(
    ...[{ name }, input]: Parameters<Protocol["serializeRequest"]>
  ): Promise<Sent> {
    const target = `DynamoDB_20120810.${name}`;
    const headers = { "content-type": "application/x-amz-json-1.0", "x-amz-target": target };
    // The SDK signs only instances of its own HttpRequest, which have a `query`; this has none.
    return { method: "POST", protocol, hostname, path: "/", headers, body: JSON.stringify(input) };
  }

  override async deserializeResponse(
    ...[operation, context, response]: Parameters<Protocol["deserializeResponse"]>
  ) {
    const { statusCode, body } = response;
    if (statusCode === 200) return { ...JSON.parse(body), $metadata: {} };
    return super.deserializeResponse(operation, context, { ...response, body: Buffer.from(body) });
  }
}

const requestHandler = {
  async handle({ headers, body }: Sent) {
    const method = "POST";
    const answer = await prepare({ url, service: "dynamodb", method, headers, body })("/");
    // An answer that is not JSON comes from a proxy. The SDK retries errors of this name.
    if (!answer?.body.startsWith("{"))
      throw Object.assign(new Error("DynamoDB does not answer"), { name: "TimeoutError" });
    const { status, ...response } = answer;
    return { response: { statusCode: status, ...response } };
  },
};

export const db = new dynamo.DynamoDBClient({
  endpoint: url.href,
  // The client demands credentials, although nothing is signed with these.
  credentials: { accessKeyId: "", secretAccessKey: "" },
  requestHandler,
  protocol: PlainJson,
  cacheMiddleware: true,
});

export type Key = Record<string, string | number>;

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
  let left: Attributes[] = keys.map(toAttributes);
  for (let pause = FIRST_PAUSE_MS; left.length > 0; ) {
    const RequestItems = { [table]: { Keys: left.slice(0, BATCH), ConsistentRead: true } };
    const sent = orBusy(db.send(new dynamo.BatchGetItemCommand({ RequestItems })));
    const answer = await (isPatient ? sent : unlessBusy(sent));
    items.push(...(answer?.Responses?.[table] ?? []).map(toValues));
    const unprocessed = (isPatient && answer?.UnprocessedKeys?.[table]?.Keys) || [];
    left = [...unprocessed, ...left.slice(BATCH)];
    if (unprocessed.length === 0) continue;
    if (Date.now() + pause > deadline) throw busy();
    await sleep(Math.random() * pause);
    pause = Math.min(MAX_PAUSE_MS, pause * 2);
  }
  return items;
}
