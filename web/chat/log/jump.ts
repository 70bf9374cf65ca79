import { words } from "../../words.ts";
import { emptyLog, type RoomLog, type RoomView } from "../state.ts";
import type { ChatStore } from "../store.ts";
import { sentenceOf } from "../wire/errors.ts";
import type { Wire } from "../wire/wire.ts";
import { hasOlder, messageAt, shownLog, withEntries, withOlder } from "./room-log.ts";

/** How many entries are loaded before a message that is far away, and in all. */
const BEFORE = 25;
const PAGE = 50;

/** Shows the log's end. How loading went in the past that is left no longer matters. */
const atEnd = { past: undefined, older: "idle", newer: "idle" } as const;

/** Jumps to messages anywhere in a room's log, and loads older and newer pages around them. */
export function createJump({ store, wire }: { store: ChatStore; wire: Wire }) {
  const { getState, setState, setView } = store;
  /** Counts the jumps: a page that arrives after a later jump is dropped. */
  let jumps = 0;

  /**
   * Jumps to a message that is loaded.
   * @returns false if it is not
   */
  function toLoaded(room: string, seq: number): boolean {
    const view = getState().views[room];
    if (messageAt(shownLog(view), seq)) setView(room, () => ({ target: { seq } }));
    else if (messageAt(view?.log ?? emptyLog, seq)) {
      setView(room, () => ({ ...atEnd, target: { seq } }));
    } else return false;
    jumps++;
    return true;
  }

  /** @param orLater whether the next message will do where there is none with that `seq` */
  async function load(room: string, wanted: number, orLater = false): Promise<void> {
    const jump = ++jumps;
    try {
      const after = Math.max(0, wanted - 1 - BEFORE);
      const { entries } = await wire.request("history", { room, after, limit: PAGE });
      if (jump !== jumps) return;
      const found = entries.find(
        ({ kind, seq }) => kind === "message" && (orLater ? seq >= wanted : seq === wanted),
      );
      if (found === undefined) return setState({ problem: words.timeline.noSuchMessage });
      setView(room, ({ log }) => ({
        ...atEnd,
        ...joinedToEnd(log, withEntries({ ...log, entries: emptyLog.entries }, entries)),
        target: { seq: found.seq },
      }));
    } catch (error) {
      if (jump === jumps) setState({ problem: words.timeline.messageFailed(sentenceOf(error)) });
    }
  }

  return {
    /** Jumps to a message, loaded or not. */
    async to(room: string, seq: number): Promise<void> {
      if (getState().views[room] !== undefined && !toLoaded(room, seq)) await load(room, seq);
    },
    toLoaded,
    /** Loads what follows the read mark, and jumps to the first message there. */
    toUnread: (room: string, read: number): Promise<void> => load(room, read + 1, true),
    /** Loads the page after the part of the past that is shown. */
    async loadNewer(room: string): Promise<void> {
      const { past, newer } = getState().views[room] ?? {};
      const after = past?.entries.at(-1)?.seq;
      if (past === undefined || after === undefined || newer === "loading") return;
      setView(room, () => ({ newer: "loading" }));
      try {
        const { entries } = await wire.request("history", { room, after, limit: PAGE });
        setView(room, (view) => ({
          newer: "idle",
          // After another jump, the page would leave a hole.
          ...(view.past?.entries.at(-1)?.seq === after &&
            joinedToEnd(view.log, withEntries(view.past, entries))),
        }));
      } catch {
        setView(room, () => ({ newer: "failed" }));
      }
    },
    /** Loads the page before what is shown. */
    async loadOlder(room: string): Promise<void> {
      const view = getState().views[room];
      const shown = shownLog(view);
      if (view === undefined || view.older === "loading" || !hasOlder(shown)) return;
      setView(room, () => ({ older: "loading" }));
      const before = startOf(shown);
      try {
        const page = await wire.request("history", { room, before });
        setView(room, ({ log, past }) => ({
          older: "idle",
          // The page belongs to the part that starts there; after another jump, to none.
          ...(past && startOf(past) === before
            ? { past: withOlder(past, before, page) }
            : startOf(log) === before && { log: withOlder(log, before, page) }),
        }));
      } catch {
        setView(room, () => ({ older: "failed" }));
      }
    },
    /** Shows the end of the log. */
    toLatest(room: string): void {
      jumps++;
      setView(room, () => ({ ...atEnd, target: undefined }));
    },
    /** The message has been scrolled to. */
    arrived: (room: string): void => setView(room, () => ({ target: undefined })),
  };
}

function startOf({ entries, head }: RoomLog): number {
  return entries[0]?.seq ?? head + 1;
}

/** The past beside the log's end, or one log if they touch. */
function joinedToEnd(log: RoomLog, past: RoomLog): Pick<RoomView, "log" | "past"> {
  const [first, last] = [startOf(log), past.entries.at(-1)?.seq ?? 0];
  if (last + 1 < first) return { log, past };
  return { log: { ...withEntries(log, past.entries), oldest: past.oldest }, past: undefined };
}
