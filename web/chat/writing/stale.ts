import { MAX_PAGE } from "../../../protocol/limits.ts";
import type { User } from "../../../protocol/model.ts";
import type { Outgoing } from "../state.ts";
import type { Wire } from "../wire/wire.ts";

interface Search {
  wire: Pick<Wire, "request">;
  message: Pick<Outgoing, "id" | "room">;
  after: number;
  user: User | undefined;
}

/**
 * Reads the log from `after` to its end in search of a message. The server answers `stale` instead
 * of searching so far itself (promise 3).
 * @returns whether the message is there, and the last `seq` that was read
 */
export async function findInLog({ wire, message, after, user }: Search) {
  let upTo = after;
  for (;;) {
    const { room } = message;
    const page = await wire.request("history", { room, after: upTo, limit: MAX_PAGE });
    if (page.entries.some(({ id, author }) => id === message.id && author.id === user?.id)) {
      return { found: true, upTo };
    }
    upTo = page.entries.at(-1)?.seq ?? upTo;
    if (!page.more || page.entries.length === 0) return { found: false, upTo };
  }
}
