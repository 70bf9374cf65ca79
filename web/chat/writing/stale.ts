import { ClientError } from "../../../protocol/errors.ts";
import { MAX_PAGE } from "../../../protocol/limits.ts";
import type { User } from "../../../protocol/model.ts";
import type { Outgoing } from "../state.ts";
import type { Wire } from "../wire/wire.ts";

/** ms after which a try can no longer come into the log: API Gateway waits 29 s for a function. */
const TRY_MS = 30_000;

/**
 * Whether an error says that the message is not in the log. `busy` and `internal` do not: something
 * may have failed after the message was there, and the adapter says `busy` of what got no answer.
 */
export function isRefused(error: unknown): boolean {
  return error instanceof ClientError && error.code !== "busy" && error.code !== "internal";
}

interface Stale {
  wire: Pick<Wire, "request">;
  wait(ms: number): Promise<void>;
  user: User | undefined;
  /** As it was before the try that was `stale`. */
  message: Pick<Outgoing, "id" | "room" | "unansweredAt">;
  /** What the try was sent with, and the head that the server has named. */
  after: number;
  head: number;
  /** Keeps a higher `after`. */
  raise(after: number): Promise<void>;
}

/**
 * Raises the `after` of a message that the server calls `stale`, so that it can be sent again
 * (promise 3). Where an earlier try may still come into the log, that is waited for; then the message
 * is looked for in the log.
 * @returns whether the message is in the log
 */
export async function raiseAfter(stale: Stale): Promise<boolean> {
  const { wire, user, raise } = stale;
  const { id, room, unansweredAt } = stale.message;
  if (unansweredAt === undefined) {
    await raise(stale.head);
    return false;
  }
  await stale.wait(Math.min(TRY_MS, Math.max(0, unansweredAt + TRY_MS - Date.now())));
  let head: number | undefined;
  for (let upTo = stale.after; ; ) {
    const page = await wire.request("history", { room, after: upTo, limit: MAX_PAGE });
    if (page.entries.some((entry) => entry.id === id && entry.author.id === user?.id)) return true;
    head ??= page.head;
    upTo = page.entries.at(-1)?.seq ?? page.head;
    const isAll = upTo >= head;
    await raise(isAll ? page.head : upTo);
    if (isAll) return false;
  }
}
