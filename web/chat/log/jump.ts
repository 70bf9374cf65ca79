import { type ChatStore, type RoomView, shownLog, withView } from "../store.ts";
import { sentenceOf } from "../wire/errors.ts";
import type { Wire } from "../wire/wire.ts";
import { emptyLog, hasOlder, messageAt, type RoomLog, withEntries, withOlder } from "./room-log.ts";

/** Entries that are loaded before and with a message that is far away. */
const BEFORE = 25;
const PAGE = 50;

/** Shows the log's end; how the loading went in the past that was left is of no use there. */
const atEnd = { past: undefined, older: "idle", newer: "idle" } as const;

/** Goes to messages of a room wherever they are, and reads on from there. */
export function createJump({ getState, setState }: ChatStore, wire: Wire) {
  /** Counts the places gone to: what is loaded for an earlier one comes too late. */
  let going = 0;

  function set(room: string, change: (view: RoomView) => Partial<RoomView>): void {
    if (getState().views[room] === undefined) return;
    setState((state) => withView(state, room, change));
  }

  /** Goes to a message that is loaded. @returns false if it is not */
  function toLoaded(room: string, seq: number): boolean {
    const view = getState().views[room];
    if (messageAt(shownLog(view), seq)) set(room, () => ({ target: { seq } }));
    else if (messageAt(view?.log ?? emptyLog, seq)) {
      set(room, () => ({ ...atEnd, target: { seq } }));
    } else return false;
    going++;
    return true;
  }

  async function jump(room: string, seq: number): Promise<void> {
    if (getState().views[room] !== undefined && !toLoaded(room, seq)) await load(room, seq);
  }

  async function load(room: string, seq: number): Promise<void> {
    const here = ++going;
    try {
      const after = Math.max(0, seq - 1 - BEFORE);
      const { entries } = await wire.request("history", { room, after, limit: PAGE });
      // The person has gone elsewhere meanwhile.
      if (here !== going) return;
      set(room, ({ log }) => {
        const past = withEntries({ ...log, entries: emptyLog.entries }, entries);
        if (!messageAt(past, seq)) return {};
        return { ...atEnd, ...joined(log, past), target: { seq } };
      });
      if (getState().views[room]?.target?.seq !== seq) {
        setState({ problem: "That message is not here." });
      }
    } catch (error) {
      if (here === going) setState({ problem: `The message did not load. ${sentenceOf(error)}` });
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
        // Meanwhile another part may be shown, beside which it would leave a hole.
        ...(view.past?.entries.at(-1)?.seq === after &&
          joined(view.log, withEntries(view.past, entries))),
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
    const before = beginningOf(shown);
    try {
      const page = await wire.request("history", { room, before });
      set(room, ({ log, past }) => ({
        older: "idle",
        // Of the two it is the one that begins there; none may, where another part is shown by now.
        ...(past && beginningOf(past) === before
          ? { past: withOlder(past, before, page) }
          : beginningOf(log) === before && { log: withOlder(log, before, page) }),
      }));
    } catch {
      set(room, () => ({ older: "failed" }));
    }
  }

  return {
    jump,
    toLoaded,
    loadNewer,
    loadOlder,
    /** Shows the end of the log. */
    toLatest(room: string): void {
      going++;
      set(room, () => ({ ...atEnd, target: undefined }));
    },
    /** The message has been brought into view. */
    arrived: (room: string): void => set(room, () => ({ target: undefined })),
  };
}

function beginningOf({ entries, head }: RoomLog): number {
  return entries[0]?.seq ?? head + 1;
}

/** The past beside the log's end, or one log where they touch. */
function joined(log: RoomLog, past: RoomLog): Pick<RoomView, "log" | "past"> {
  const [first, last] = [beginningOf(log), past.entries.at(-1)?.seq ?? 0];
  if (last + 1 < first) return { log, past };
  return { log: { ...withEntries(log, past.entries), oldest: past.oldest }, past: undefined };
}
