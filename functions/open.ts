import * as v from "valibot";
import { MAX_FRAME_BYTES, PING_INTERVAL_MS, PING_TIMEOUT_MS } from "../protocol/limits.ts";
import { addressOf, prepare } from "./aws/requests.ts";
import { beginLog, type LambdaContext, log, requireEnv } from "./lambda.ts";
import { postOpen } from "./wire/handshake.ts";

const CONNECTIONS_TABLE = requireEnv("CONNECTIONS_TABLE");
const Opened = v.object({ connectionId: v.string() });

/** Sends the open packet to a stock client; `$connect` itself cannot post to the connection yet. */
export async function handler(event: unknown, context: LambdaContext): Promise<void> {
  const { connectionId } = v.parse(Opened, event);
  beginLog(context, { connectionId });
  const timers = {
    pingInterval: PING_INTERVAL_MS,
    pingTimeout: PING_TIMEOUT_MS,
    maxPayload: MAX_FRAME_BYTES,
  };
  const opened = await postOpen(connectionId, timers, () => isStored(connectionId));
  log.info("opened", { opened });
}

const database = addressOf("dynamodb");
const Answer = v.object({ Item: v.optional(v.object({})) });

/**
 * Whether the connection's item is there, which `$connect` has put and `$disconnect` deletes, as far
 * as DynamoDB answers. Nothing else is read here, and DynamoDB's client would be most of this
 * function's bundle and cold start.
 */
async function isStored(connectionId: string): Promise<boolean> {
  const headers = {
    "content-type": "application/x-amz-json-1.0",
    "x-amz-target": "DynamoDB_20120810.GetItem",
  };
  const Key = { connectionId: { S: connectionId } };
  const body = JSON.stringify({ TableName: CONNECTIONS_TABLE, Key, ConsistentRead: true });
  const ask = prepare({ url: database, service: "dynamodb", method: "POST", headers, body });
  const answer = await ask("/");
  if (answer?.status === 200) return v.parse(Answer, JSON.parse(answer.body)).Item !== undefined;
  log.warn("no answer about the connection", { status: answer?.status });
  return true;
}
