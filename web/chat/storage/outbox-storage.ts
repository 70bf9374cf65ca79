import type { Outgoing } from "../state.ts";
import { type Database, use } from "./database.ts";

/** Where one's own messages survive the page. All tabs of a browser share it. */
export interface OutboxStorage {
  /** In the order in which they were written. */
  load(): Promise<Outgoing[]>;
  put(message: Outgoing): Promise<void>;
  /**
   * Settles the `after` of a message's first try, which another tab may have made.
   * @returns the settled `after`, or undefined if the message is gone
   */
  settleAfter(id: string, after: number): Promise<number | undefined>;
  remove(id: string): Promise<void>;
}

/**
 * A person's outbox in IndexedDB. If the browser has none, or no room left, a message lasts as long
 * as the page.
 */
export function browserOutboxStorage(
  database: Database,
  user: () => string | undefined,
): OutboxStorage {
  /** Messages that could not be stored: that they are absent does not mean that they were sent. */
  const unstored = new Set<string>();

  return {
    load() {
      const own = user() ?? "";
      return use(database, [], async (db) => {
        const messages = await db.getAllFromIndex("outbox", "user", own);
        return messages.map(({ user: _, ...message }) => message).toSorted((a, b) => a.at - b.at);
      });
    },
    async put(message) {
      const own = user() ?? "";
      const stored = await use(database, false, async (db) => {
        await db.put("outbox", { ...message, user: own });
        return true;
      });
      if (stored) unstored.delete(message.id);
      else unstored.add(message.id);
    },
    settleAfter: (id, after) =>
      use<number | undefined>(database, after, async (db) => {
        const { store, done } = db.transaction("outbox", "readwrite");
        const message = await store.get(id);
        const settled = message?.after ?? after;
        if (message && message.after === undefined) await store.put({ ...message, after });
        await done;
        return message || unstored.has(id) ? settled : undefined;
      }),
    remove: (id) => use(database, undefined, (db) => db.delete("outbox", id)),
  };
}
