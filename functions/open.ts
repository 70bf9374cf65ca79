import * as v from "valibot";
import { MAX_FRAME_BYTES, PING_INTERVAL_MS, PING_TIMEOUT_MS } from "../protocol/limits.ts";
import { beginLog, type LambdaContext, log } from "./log.ts";
import { postOpen } from "./wire/handshake.ts";

const Opened = v.object({ connectionId: v.string() });

/** Sends the open packet to a stock client; `$connect` itself cannot post to the connection yet. */
export async function handler(event: unknown, context: LambdaContext): Promise<void> {
  const { connectionId } = v.parse(Opened, event);
  beginLog(context, { connectionId });
  const opened = await postOpen(connectionId, {
    pingInterval: PING_INTERVAL_MS,
    pingTimeout: PING_TIMEOUT_MS,
    maxPayload: MAX_FRAME_BYTES,
  });
  log.info("opened", { opened });
}
