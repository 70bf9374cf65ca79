import { MAX_PAGE } from "../../../protocol/limits.ts";
import type { Outgoing } from "../state.ts";
import type { Wire } from "../wire/wire.ts";

/** ms after which a try can no longer come into the log: API Gateway waits 29 s for a function. */
const TRY_MS = 30_000;

interface Stale {
  wire: Pick<Wire, "request">;
  wait: (ms: number) => Promise<void>;
  /** The id of this person. */
  user: string | undefined;
  /** When the last try began that may still come into the log, if there is one. */
  tried: number | undefined;
  /** Keeps a higher `after`. */
  raise: (after: number) => Promise<unknown>;
}

/**
 * Raises the `after` of a message that the server calls `stale`, so that it can be sent again
 * (promise 3). Where an earlier try may still come into the log, that is waited for; then the message
 * is looked for in the log.
 * @param named the head that the server has named
 * @returns whether the message is in the log
 */
export async function raiseAfter(
  { id, room, after: upTo = 0 }: Outgoing,
  named: number,
  { wire, wait, user, tried, raise }: Stale,
): Promise<boolean> {
  if (tried === undefined) {
    await raise(named);
    return false;
  }
  await wait(Math.min(TRY_MS, Math.max(0, tried + TRY_MS - Date.now())));
  let head: number | undefined;
  for (;;) {
    const page = await wire.request("history", { room, after: upTo, limit: MAX_PAGE });
    if (page.entries.some((entry) => entry.id === id && entry.author.id === user)) return true;
    head ??= page.head;
    upTo = page.entries.at(-1)?.seq ?? page.head;
    const isAll = upTo >= head;
    await raise(isAll ? page.head : upTo);
    if (isAll) return false;
  }
}
