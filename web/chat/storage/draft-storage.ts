import type { Draft } from "../state.ts";
import { type Database, use } from "./database.ts";

/** Where drafts survive the page. */
export interface DraftStorage {
  load(): Promise<Record<string, Draft>>;
  /** An empty draft is deleted. */
  put(room: string, draft: Draft): Promise<void>;
}

/** A person's drafts in IndexedDB. */
export function browserDraftStorage(
  database: Database,
  user: () => string | undefined,
): DraftStorage {
  return {
    load() {
      const own = user() ?? "";
      return use<Record<string, Draft>>(database, {}, async (db) => {
        const all = await db.getAll("drafts", IDBKeyRange.bound([own], [own, []]));
        return Object.fromEntries(all.map(({ user: _, room, ...draft }) => [room, draft]));
      });
    },
    put(room, draft) {
      // Before the database is open, the person may have signed out.
      const own = user() ?? "";
      return use(database, undefined, async (db) => {
        const isEmpty = draft.text === "" && draft.replyTo === undefined && !draft.files?.length;
        if (isEmpty) await db.delete("drafts", [own, room]);
        else await db.put("drafts", { ...draft, user: own, room });
      });
    },
  };
}
