import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { OutboxStore, Outgoing } from "./outbox.ts";

interface Schema extends DBSchema {
  outbox: { key: string; value: Outgoing & { user: string }; indexes: { user: string } };
}

/**
 * The outbox of a person, in IndexedDB. Where a browser has none, or has no room left, a message
 * is kept by the page alone.
 */
export function browserOutboxStore(user: () => string | undefined): OutboxStore {
  const opening = openDB<Schema>("natter", 1, {
    upgrade(db) {
      db.createObjectStore("outbox", { keyPath: "id" }).createIndex("user", "user");
    },
  }).catch(() => undefined);
  /** Messages that could not be kept: their absence does not mean that they were sent. */
  const unkept = new Set<string>();

  async function use<T>(fallback: T, run: (db: IDBPDatabase<Schema>) => Promise<T>): Promise<T> {
    const db = await opening;
    return db === undefined ? fallback : run(db).catch(() => fallback);
  }

  return {
    load: () =>
      use([], async (db) => {
        const messages = await db.getAllFromIndex("outbox", "user", user() ?? "");
        return messages.map(({ user: _, ...message }) => message).toSorted((a, b) => a.at - b.at);
      }),
    async put(message) {
      const kept = await use(false, async (db) => {
        await db.put("outbox", { ...message, user: user() ?? "" });
        return true;
      });
      if (kept) unkept.delete(message.id);
      else unkept.add(message.id);
    },
    settleAfter: (id, after) =>
      use<number | undefined>(after, async (db) => {
        const { store, done } = db.transaction("outbox", "readwrite");
        const message = await store.get(id);
        const settled = message?.after ?? after;
        if (message && message.after === undefined) await store.put({ ...message, after });
        await done;
        return message || unkept.has(id) ? settled : undefined;
      }),
    remove: (id) => use(undefined, (db) => db.delete("outbox", id)),
  };
}
