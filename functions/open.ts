import * as v from "valibot";
import { MAX_FRAME_BYTES, PING_INTERVAL_MS, PING_TIMEOUT_MS } from "../protocol/limits.ts";
import { log } from "./log.ts";
import { postOpen } from "./wire/open-packet.ts";

const Opened = v.object({ connectionId: v.string() });

/** Opens a stock client's connection, which `$connect` itself cannot post to. */
export async function handler(event: unknown): Promise<void> {
  const { connectionId } = v.parse(Opened, event);
  const came = await postOpen(connectionId, {
    pingInterval: PING_INTERVAL_MS,
    pingTimeout: PING_TIMEOUT_MS,
    maxPayload: MAX_FRAME_BYTES,
  });
  log.info("opened", { connectionId, came });
}
