import type { AckData } from "../../../protocol/events.ts";
import { words } from "../../words.ts";
import { emptyLog, type RoomLog, type RoomView } from "../state.ts";
import type { ChatStore } from "../store.ts";
import { sentenceOf } from "../wire/errors.ts";
import type { Wire } from "../wire/wire.ts";
import { hasOlder, messageAt, shownLog, startOf, withEntries, withOlder } from "./room-log.ts";

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

  async function loadPage(room: string, side: Side): Promise<void> {
    const view = getState().views[room];
    const at = edgeOf(view, side);
    if (view === undefined || at === undefined || view[side] === "loading") return;
    setView(room, () => ({ [side]: "loading" }));
    const where = side === "older" ? { before: at } : { after: at, limit: PAGE };
    const page = await wire.request("history", { room, ...where }).catch(() => undefined);
    setView(room, (now) => {
      // After another jump, the page would leave a hole, and its failure no longer matters.
      if (edgeOf(now, side) !== at) return { [side]: "idle" };
      return page ? { [side]: "idle", ...withPage(now, side, at, page) } : { [side]: "failed" };
    });
  }

  return {
    /** Jumps to a message, loaded or not. */
    async to(room: string, seq: number): Promise<void> {
      if (getState().views[room] !== undefined && !toLoaded(room, seq)) await load(room, seq);
    },
    toLoaded,
    /** Loads what follows the read mark, and jumps to the first message there. */
    toUnread: (room: string, read: number): Promise<void> => load(room, read + 1, true),
    /** Loads the page before what is shown. */
    loadOlder: (room: string): Promise<void> => loadPage(room, "older"),
    /** Loads the page after the part of the past that is shown. */
    loadNewer: (room: string): Promise<void> => loadPage(room, "newer"),
    toLatest(room: string): void {
      jumps++;
      setView(room, () => ({ ...atEnd, target: undefined }));
    },
    /** The message has been scrolled to. */
    arrived: (room: string): void => setView(room, () => ({ target: undefined })),
  };
}

type Side = "older" | "newer";

/** `seq` of the first or the last entry that is shown, if there may be more on that side. */
function edgeOf(view: RoomView | undefined, side: Side): number | undefined {
  if (side === "newer") return view?.past?.entries.at(-1)?.seq;
  const shown = shownLog(view);
  return hasOlder(shown) ? startOf(shown) : undefined;
}

function withPage(
  { log, past }: RoomView,
  side: Side,
  at: number,
  page: AckData["history"],
): Partial<RoomView> | undefined {
  if (side === "newer") return past && joinedToEnd(log, withEntries(past, page.entries));
  return past ? { past: withOlder(past, at, page) } : { log: withOlder(log, at, page) };
}

/** The past beside the log's end, or one log if they touch. */
function joinedToEnd(log: RoomLog, past: RoomLog): Pick<RoomView, "log" | "past"> {
  const [first, last] = [startOf(log), past.entries.at(-1)?.seq ?? 0];
  if (last + 1 < first) return { log, past };
  return { log: { ...withEntries(log, past.entries), oldest: past.oldest }, past: undefined };
}
