import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { Draft, Outgoing } from "../state.ts";

interface Schema extends DBSchema {
  outbox: { key: string; value: Outgoing & { user: string }; indexes: { user: string } };
  drafts: { key: [user: string, room: string]; value: Draft & { user: string; room: string } };
  files: { key: string; value: Blob };
}

export type Unsent = ReturnType<typeof openUnsent>;

/**
 * What a person has not sent survives the page in IndexedDB, which all tabs of a browser share. If the
 * browser has none, or no room left, messages and files last as long as the page.
 */
export function openUnsent(user: () => string | undefined) {
  const opening = openDatabase().catch(() => undefined);
  /** Messages that could not be stored: that they are absent does not mean that they were sent. */
  const unstored = new Set<string>();
  const unstoredFiles = new Map<string, Blob>();

  /** @returns what `run` does, or `fallback` if there is no database or it fails, as when it is full */
  async function use<T>(fallback: T, run: (db: IDBPDatabase<Schema>) => Promise<T>): Promise<T> {
    const db = await opening;
    return db === undefined ? fallback : run(db).catch(() => fallback);
  }

  return {
    /** One's own messages. */
    outbox: {
      /** In the order in which they were written. */
      load(): Promise<Outgoing[]> {
        const own = user() ?? "";
        return use<Outgoing[]>([], async (db) => {
          const messages = await db.getAllFromIndex("outbox", "user", own);
          return messages.map(({ user: _, ...message }) => message).toSorted((a, b) => a.at - b.at);
        });
      },
      /**
       * Stores a message and deletes the draft that it was, at once: a page that is reloaded meanwhile
       * has one of them.
       */
      async put(message: Outgoing): Promise<void> {
        const own = user() ?? "";
        const draft: [string, string] = [own, message.room];
        const isStored = await use(false, async (db) => {
          const both = db.transaction(["outbox", "drafts"], "readwrite");
          await Promise.all([
            both.objectStore("outbox").put({ ...message, user: own }),
            both.objectStore("drafts").delete(draft),
            both.done,
          ]);
          return true;
        });
        if (isStored) return;
        unstored.add(message.id);
        await use(undefined, (db) => db.delete("drafts", draft));
      },
      /**
       * Changes a message, which another tab may have changed.
       * @returns the message as it is then, or undefined if it is gone
       */
      change: (message: Outgoing, change: (stored: Outgoing) => Partial<Outgoing>) =>
        use<Outgoing | undefined>({ ...message, ...change(message) }, async (db) => {
          const { store, done } = db.transaction("outbox", "readwrite");
          const stored = await store.get(message.id);
          if (stored) await store.put({ ...stored, ...change(stored) });
          await done;
          const { user: _, ...before } = stored ?? { ...message, user: "" };
          return stored || unstored.has(message.id) ? { ...before, ...change(before) } : undefined;
        }),
      remove: (id: string) => use(undefined, (db) => db.delete("outbox", id)),
    },
    drafts: {
      load(): Promise<Record<string, Draft>> {
        const own = user() ?? "";
        return use<Record<string, Draft>>({}, async (db) => {
          const all = await db.getAll("drafts", IDBKeyRange.bound([own], [own, []]));
          return Object.fromEntries(all.map(({ user: _, room, ...draft }) => [room, draft]));
        });
      },
      /** An empty draft is deleted. */
      put(room: string, draft: Draft): Promise<void> {
        // Before the database is open, the person may have signed out.
        const own = user() ?? "";
        return use(undefined, async (db) => {
          const isEmpty = draft.text === "" && draft.replyTo === undefined && !draft.files?.length;
          if (isEmpty) await db.delete("drafts", [own, room]);
          else await db.put("drafts", { ...draft, user: own, room });
        });
      },
    },
    /** What is in files. */
    files: {
      async put(key: string, content: Blob): Promise<void> {
        if ((await use("", (db) => db.put("files", content, key))) === "") {
          unstoredFiles.set(key, content);
        }
      },
      get: async (key: string): Promise<Blob | undefined> =>
        unstoredFiles.get(key) ?? use(undefined, (db) => db.get("files", key)),
      async remove(key: string): Promise<void> {
        unstoredFiles.delete(key);
        await use(undefined, (db) => db.delete("files", key));
      },
    },
  };
}

function openDatabase(): Promise<IDBPDatabase<Schema>> {
  return openDB<Schema>("natter", 3, {
    upgrade(db, version) {
      if (version < 1) {
        db.createObjectStore("outbox", { keyPath: "id" }).createIndex("user", "user");
      }
      if (version < 2) db.createObjectStore("drafts", { keyPath: ["user", "room"] });
      if (version < 3) db.createObjectStore("files");
    },
    // A newer page in another tab waits to upgrade the database.
    blocking: (_, __, event) => {
      if (event.target instanceof IDBDatabase) event.target.close();
    },
  });
}
