import type { Outgoing } from "../state.ts";
import { type Database, use } from "./database.ts";

/** Where one's own messages survive the page. All tabs of a browser share it. */
export interface OutboxStorage {
  /** In the order in which they were written. */
  load(): Promise<Outgoing[]>;
  put(message: Outgoing): Promise<void>;
  /**
   * Changes a message, which another tab may have changed.
   * @returns the message as it is then, or undefined if it is gone
   */
  change(
    message: Outgoing,
    change: (stored: Outgoing) => Partial<Outgoing>,
  ): Promise<Outgoing | undefined>;
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
    change: (message, change) =>
      use<Outgoing | undefined>(database, { ...message, ...change(message) }, async (db) => {
        const { store, done } = db.transaction("outbox", "readwrite");
        const stored = await store.get(message.id);
        if (stored) await store.put({ ...stored, ...change(stored) });
        await done;
        const { user: _, ...before } = stored ?? { ...message, user: "" };
        return stored || unstored.has(message.id) ? { ...before, ...change(before) } : undefined;
      }),
    remove: (id) => use(database, undefined, (db) => db.delete("outbox", id)),
  };
}
