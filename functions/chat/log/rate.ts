import { ClientError } from "../../../protocol/errors.ts";
import { RATE_LIMIT, RATE_WINDOW_MS } from "../../../protocol/limits.ts";
import type { User } from "../../../protocol/model.ts";
import type { EntryRecord } from "../../store/entries.ts";

/**
 * How many messages a person may write in a room in a time. Changes of messages count as messages
 * do: each is an entry, and is told to everyone.
 * @param tail the newest entries of the log
 * @throws {ClientError} `rate_limited`
 */
export function checkRate(tail: readonly EntryRecord[], user: User): void {
  const since = Date.now() - RATE_WINDOW_MS;
  const recent = tail.filter((entry) => entry.author.id === user.id && entry.at > since);
  if (recent.length >= RATE_LIMIT) {
    throw new ClientError("rate_limited", "Too many messages in a few seconds");
  }
}
