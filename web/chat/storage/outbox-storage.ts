import type { OutboxStore } from "../writing/outbox.ts";
import { type Database, use } from "./database.ts";

/**
 * The outbox of a person, in IndexedDB. Where a browser has none, or has no room left, a message
 * is kept by the page alone.
 */
export function browserOutboxStore(
  database: Database,
  user: () => string | undefined,
): OutboxStore {
  /** Messages that could not be kept: their absence does not mean that they were sent. */
  const unkept = new Set<string>();

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
      const kept = await use(database, false, async (db) => {
        await db.put("outbox", { ...message, user: own });
        return true;
      });
      if (kept) unkept.delete(message.id);
      else unkept.add(message.id);
    },
    settleAfter: (id, after) =>
      use<number | undefined>(database, after, async (db) => {
        const { store, done } = db.transaction("outbox", "readwrite");
        const message = await store.get(id);
        const settled = message?.after ?? after;
        if (message && message.after === undefined) await store.put({ ...message, after });
        await done;
        return message || unkept.has(id) ? settled : undefined;
      }),
    remove: (id) => use(database, undefined, (db) => db.delete("outbox", id)),
  };
}
