import type { Draft, DraftStore } from "../writing/drafts.ts";
import { type Database, use } from "./database.ts";

/** A person's drafts, in IndexedDB. */
export function browserDraftStore(database: Database, user: () => string | undefined): DraftStore {
  return {
    load() {
      const own = user() ?? "";
      return use<Record<string, Draft>>(database, {}, async (db) => {
        const all = await db.getAll("drafts", IDBKeyRange.bound([own], [own, []]));
        return Object.fromEntries(all.map(({ user: _, room, ...draft }) => [room, draft]));
      });
    },
    put(room, draft) {
      // Now: who signs out is forgotten next.
      const own = user() ?? "";
      return use(database, undefined, async (db) => {
        const isEmpty = draft.text === "" && draft.replyTo === undefined;
        if (isEmpty) await db.delete("drafts", [own, room]);
        else await db.put("drafts", { ...draft, user: own, room });
      });
    },
  };
}
