import { encodeOpen, type OpenPacket } from "../../protocol/raw.ts";
import { post } from "../aws/posts.ts";

/** A client gives up after 20 s (socket.io-client's `timeout`). */
const WITHIN_MS = 15_000;
/**
 * How long the connection may take to come. `$connect` returns as soon as it has invoked this; one that
 * does not come has closed again, and must not hold one of the account's 1,000 running functions.
 */
const OPENING_MS = 5_000;

/**
 * Posts the packet that a stock client waits for before it says anything. Nothing can be posted
 * before `$connect` has returned, so a connection that is gone counts at first as one that is to come.
 * @returns false if it did not come
 */
export async function postOpen(
  connectionId: string,
  timers: Omit<OpenPacket, "sid">,
): Promise<boolean> {
  const body = encodeOpen({ sid: connectionId, ...timers });
  const { gone, left, refused } = await post([{ connectionId, body }], WITHIN_MS, {
    openingMs: OPENING_MS,
  });
  return gone.length + left.length + refused === 0;
}
