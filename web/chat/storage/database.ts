import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { Draft, Outgoing } from "../state.ts";

interface Schema extends DBSchema {
  outbox: { key: string; value: Outgoing & { user: string }; indexes: { user: string } };
  drafts: { key: [user: string, room: string]; value: Draft & { user: string; room: string } };
  /** What is in files that are not sent yet. */
  files: { key: string; value: Blob };
}

/** IndexedDB, if the browser has it. */
export type Database = Promise<IDBPDatabase<Schema> | undefined>;

export function openDatabase(): Database {
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
  }).catch(() => undefined);
}

/** @returns what `run` does, or `fallback` if there is no database or it fails, as when it is full */
export async function use<T>(
  database: Database,
  fallback: T,
  run: (db: IDBPDatabase<Schema>) => Promise<T>,
): Promise<T> {
  const db = await database;
  return db === undefined ? fallback : run(db).catch(() => fallback);
}
