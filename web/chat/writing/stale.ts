import type { AckData, ClientInput } from "../../../protocol/events.ts";
import { MAX_PAGE } from "../../../protocol/limits.ts";
import type { User } from "../../../protocol/model.ts";

/**
 * Reads the log from `after` to its end in search of a message whose answer was lost so long ago
 * that the server no longer looks for it (`stale`).
 */
export async function lookFor(
  message: { id: string; room: string },
  after: number,
  user: User | undefined,
  history: (page: ClientInput<"history">) => Promise<AckData["history"]>,
): Promise<{ found: boolean; upTo: number }> {
  let upTo = after;
  for (;;) {
    const page = await history({ room: message.room, after: upTo, limit: MAX_PAGE });
    if (page.entries.some(({ id, author }) => id === message.id && author.id === user?.id)) {
      return { found: true, upTo };
    }
    upTo = page.entries.at(-1)?.seq ?? upTo;
    if (!page.more || page.entries.length === 0) return { found: false, upTo };
  }
}
