import { emptyLog, hasOlder, messageAt, type RoomLog, withEntries, withOlder } from "./log.ts";
import { sentenceOf } from "./sentences.ts";
import { type ChatStore, type RoomView, shownLog, withView } from "./store.ts";
import type { Wire } from "./wire.ts";

/** Entries that are loaded before and with a message that is far away. */
const BEFORE = 25;
const PAGE = 50;

/** Goes to messages of a room wherever they are, and reads on from there. */
export function createJump({ getState, setState }: ChatStore, wire: Wire) {
  function set(room: string, change: (view: RoomView) => Partial<RoomView>): void {
    if (getState().views[room] === undefined) return;
    setState((state) => withView(state, room, change));
  }

  async function jump(room: string, seq: number): Promise<void> {
    const view = getState().views[room];
    if (view === undefined) return;
    if (messageAt(shownLog(view), seq)) set(room, () => ({ target: { seq } }));
    else if (messageAt(view.log, seq)) set(room, () => ({ past: undefined, target: { seq } }));
    else await load(room, seq);
  }

  async function load(room: string, seq: number): Promise<void> {
    try {
      const after = Math.max(0, seq - 1 - BEFORE);
      const { entries } = await wire.request("history", { room, after, limit: PAGE });
      set(room, ({ log }) => {
        const past = withEntries({ ...log, entries: emptyLog.entries }, entries);
        if (!messageAt(past, seq)) return {};
        return { ...joined(log, past), target: { seq } };
      });
      if (getState().views[room]?.target?.seq !== seq) {
        setState({ problem: "That message is not here." });
      }
    } catch (error) {
      setState({ problem: `The message did not load. ${sentenceOf(error)}` });
    }
  }

  /** Loads what follows the part of the past that is shown. */
  async function loadNewer(room: string): Promise<void> {
    const { past, newer } = getState().views[room] ?? {};
    const after = past?.entries.at(-1)?.seq;
    if (past === undefined || after === undefined || newer === "loading") return;
    set(room, () => ({ newer: "loading" }));
    try {
      const { entries } = await wire.request("history", { room, after, limit: PAGE });
      set(room, (view) => ({
        newer: "idle",
        ...(view.past && joined(view.log, withEntries(view.past, entries))),
      }));
    } catch {
      set(room, () => ({ newer: "failed" }));
    }
  }

  /** Loads what comes before what is shown. */
  async function loadOlder(room: string): Promise<void> {
    const view = getState().views[room];
    const shown = shownLog(view);
    if (view === undefined || view.older === "loading" || !hasOlder(shown)) return;
    set(room, () => ({ older: "loading" }));
    const before = shown.entries[0]?.seq ?? shown.head + 1;
    try {
      const page = await wire.request("history", { room, before });
      set(room, ({ log, past }) => ({
        older: "idle",
        // Of the two it is the one that begins there.
        ...(past && (past.entries[0]?.seq ?? past.head + 1) === before
          ? { past: withOlder(past, before, page) }
          : { log: withOlder(log, before, page) }),
      }));
    } catch {
      set(room, () => ({ older: "failed" }));
    }
  }

  return {
    jump,
    loadNewer,
    loadOlder,
    /** Shows the end of the log. */
    toLatest: (room: string): void => set(room, () => ({ past: undefined, target: undefined })),
    /** The message has been brought into view. */
    arrived: (room: string): void => set(room, () => ({ target: undefined })),
  };
}

/** The past beside the log's end, or one log where they touch. */
function joined(log: RoomLog, past: RoomLog): Pick<RoomView, "log" | "past"> {
  const [first, last] = [log.entries[0]?.seq ?? log.head + 1, past.entries.at(-1)?.seq ?? 0];
  if (last + 1 < first) return { log, past };
  return { log: { ...withEntries(log, past.entries), oldest: past.oldest }, past: undefined };
}
