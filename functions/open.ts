import * as v from "valibot";
import { MAX_FRAME_BYTES, PING_INTERVAL_MS, PING_TIMEOUT_MS } from "../protocol/limits.ts";
import { hasItem } from "./aws/has-item.ts";
import { requireEnv } from "./env.ts";
import { beginLog, type LambdaContext, log } from "./log.ts";
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
  // `$connect` has put the item, and `$disconnect` deletes it.
  const isThere = () => hasItem(CONNECTIONS_TABLE, { connectionId });
  log.info("opened", { opened: await postOpen(connectionId, timers, isThere) });
}
