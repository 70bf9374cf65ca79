import type { Entry, User } from "../../protocol/model.ts";
import type { Outgoing } from "../chat/outbox.ts";

/** What one row of the timeline shows. */
export interface Row {
  /** Stays the same while a message of one's own becomes an entry of the log. */
  key: string;
  author: string;
  at: number;
  text: string;
  /** Of messages of one's own that are not in the log. */
  outgoing?: Outgoing;
}

/** The log, and after it what is on its way there. */
export function toRows(
  entries: readonly Entry[],
  outgoing: readonly Outgoing[],
  user: User | undefined,
): Row[] {
  const keys = new Set<string>();
  const rows = entries.flatMap((entry): Row[] => {
    if (entry.kind !== "message") return [];
    const { id, author, at, text, seq } = entry;
    // An id is one's own word for a message; what others call theirs may be the same.
    const own = author.id === user?.id && !keys.has(id);
    const key = own ? id : `${seq}`;
    keys.add(key);
    return [{ key, author: author.name, at, text }];
  });
  for (const message of outgoing) {
    if (keys.has(message.id)) continue;
    const { id, at, text } = message;
    rows.push({ key: id, author: user?.name ?? "", at, text, outgoing: message });
  }
  return rows;
}
