import { DEFAULT_PAGE, MAX_HEADS, MAX_PAGE } from "../../../protocol/limits.ts";
import type { Entry } from "../../../protocol/model.ts";
import { namesInLogs, withPeople } from "../people/names.ts";
import { withArrived } from "../rooms/unread.ts";
import type { ChatState, RoomLog } from "../state.ts";
import { type ChatStore, withView } from "../store.ts";
import { createTimers } from "../timers.ts";
import { mayPass, NoAnswer } from "../wire/errors.ts";
import { ANSWER_PATIENCE_MS, type Wire } from "../wire/wire.ts";
import { firstHole, MAX_HOLE } from "./holes.ts";
import { withChanges, withEntries } from "./room-log.ts";

/** Pushes can overtake each other: a hole has this time to be filled by them (promise 4). */
export const HOLE_PATIENCE_MS = 1_000;

const RETRY_MS = 5_000;

export type Logs = ReturnType<typeof createLogs>;

/** The rooms' logs: takes entries in, and fetches those that are missing. */
export function createLogs({ store, wire }: { store: ChatStore; wire: Wire }) {
  const { getState, setState, setView } = store;
  /** By room, when its first hole is fetched. */
  const timers = createTimers();
  const fetching = new Set<string>();
  const namesIn = namesInLogs();

  /**
   * Puts entries into a room's log, wherever they come from; `head` is the log's head if the server
   * has named it.
   */
  function add(room: string, entries: readonly Entry[], head = 0): void {
    setState((state) => {
      const own = entries.filter(({ author }) => author.id === state.user?.id);
      const ids = new Set(own.map(({ id }) => id));
      return {
        ...withArrived(state, room, entries),
        ...withPeople(state, namesIn(state.people, entries)),
        // A room that was never opened begins with its newest page once it is.
        ...(state.views[room] &&
          withView(state, room, ({ log, past }) => ({
            log: withEntries(log, entries, head),
            ...(past && { past: withChanges(past, entries) }),
          }))),
        ...(ids.size > 0 && { outgoing: state.outgoing.filter(({ id }) => !ids.has(id)) }),
      };
    });
    fetchMissing(room, HOLE_PATIENCE_MS);
  }

  /** A room's log once the room is open; before that, opening it brings the log. */
  function logOf(room: string): RoomLog | undefined {
    const view = getState().views[room];
    return view?.status === "ready" ? view.log : undefined;
  }

  /** Fetches the holes of a room's log, if they are still there after `patience` ms. */
  function fetchMissing(room: string, patience = 0): void {
    const log = logOf(room);
    if (fetching.has(room) || log === undefined || firstHole(log) === undefined) return;
    if (timers.has(room) && patience > 0) return;
    timers.set(room, patience, () => void fetchHoles(room));
  }

  /** The server has told how far a room's log goes. */
  function headIs(room: string, head: number): void {
    add(room, [], head);
    fetchMissing(room);
  }

  async function fetchHoles(room: string): Promise<void> {
    fetching.add(room);
    let retry = false;
    try {
      let log = logOf(room);
      for (let hole = log && firstHole(log); hole; hole = log && firstHole(log)) {
        const page = await wire.request(
          "history",
          hole.missing > MAX_HOLE
            ? { room, limit: MAX_PAGE }
            : { room, after: hole.after, limit: Math.min(hole.missing, MAX_PAGE) },
        );
        const before = log;
        add(room, page.entries, page.head);
        log = logOf(room);
        if (log === before) break;
      }
    } catch (error) {
      retry = mayPass(error);
    } finally {
      fetching.delete(room);
    }
    if (retry) fetchMissing(room, RETRY_MS);
  }

  return {
    add,
    fetchMissing,
    /** Asks the server how far the rooms' logs go, and fetches what this page lacks (promise 5). */
    async check(): Promise<void> {
      const rooms = latelyActive(getState());
      if (rooms.length === 0) return;
      try {
        const known = { rooms: Object.fromEntries(rooms) };
        const { heads } = await wire.request("heads", known, ANSWER_PATIENCE_MS);
        for (const [room, head] of Object.entries(heads)) headIs(room, head);
      } catch (error) {
        // A machine that slept, or changed its network, may hold a dead connection.
        if (error instanceof NoAnswer && error.connected) wire.reconnect();
      }
    },
    headIs,
    /** Forgets all but the last page of a room's log. */
    trim(room: string): void {
      setView(room, ({ log }) => ({
        log: { ...log, entries: log.entries.slice(-DEFAULT_PAGE) },
      }));
    },
    /** The connection is gone. The next one begins by asking what was missed. */
    stop: timers.stop,
  };
}

/** The open room and those with the newest messages, each with the head that this page knows. */
function latelyActive({ views, open }: ChatState): [room: string, head: number][] {
  const when = (room: string) =>
    room === open ? Number.POSITIVE_INFINITY : (views[room]?.log.entries.at(-1)?.at ?? 0);
  return Object.entries(views)
    .filter(([, { status }]) => status === "ready")
    .sort(([a], [b]) => when(b) - when(a))
    .slice(0, MAX_HEADS)
    .map(([room, { log }]) => [room, log.head]);
}
