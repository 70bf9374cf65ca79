import { type Database, use } from "./database.ts";

/** Where the contents of files wait to be sent. All tabs of a browser share it. */
export interface FileStorage {
  put(key: string, content: Blob): Promise<void>;
  get(key: string): Promise<Blob | undefined>;
  remove(key: string): Promise<void>;
}

/** IndexedDB. If the browser has none, or no room left, a content lasts as long as the page. */
export function browserFileStorage(database: Database): FileStorage {
  const memory = new Map<string, Blob>();
  return {
    async put(key, content) {
      const stored = await use(database, "", (db) => db.put("files", content, key));
      if (stored === "") memory.set(key, content);
    },
    get: async (key) =>
      memory.get(key) ?? (await use(database, undefined, (db) => db.get("files", key))),
    async remove(key) {
      memory.delete(key);
      await use(database, undefined, (db) => db.delete("files", key));
    },
  };
}
