import { DEFAULT_PAGE, MAX_PAGE } from "../../../protocol/limits.ts";
import type { Entry } from "../../../protocol/model.ts";
import { namesInLogs, withPeople } from "../people/names.ts";
import { withArrived } from "../rooms/unread.ts";
import type { RoomLog } from "../state.ts";
import { type ChatStore, withView } from "../store.ts";
import { mayPass } from "../wire/errors.ts";
import type { Wire } from "../wire/wire.ts";
import { firstHole, MAX_HOLE } from "./holes.ts";
import { withChanges, withEntries, withHead } from "./room-log.ts";

/** Pushes can overtake each other: a hole has this time to be filled by them (promise 4). */
export const HOLE_PATIENCE_MS = 1_000;

const RETRY_MS = 5_000;

interface Parts {
  store: ChatStore;
  wire: Wire;
}

export type Logs = ReturnType<typeof createLogs>;

/** The rooms' logs: takes entries in, and fetches those that are missing. */
export function createLogs({ store, wire }: Parts) {
  const { getState, setState } = store;
  /** By room, when its first hole is fetched. */
  const timers = new Map<string, ReturnType<typeof setTimeout>>();
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
            log: withHead(withEntries(log, entries), head),
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
    clearTimeout(timers.get(room));
    timers.set(
      room,
      setTimeout(() => {
        timers.delete(room);
        void fetchHoles(room);
      }, patience),
    );
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
    /** Forgets all but the last page of a room's log. */
    trim(room: string): void {
      const view = getState().views[room];
      if (view === undefined || view.log.entries.length <= DEFAULT_PAGE) return;
      setState((state) =>
        withView(state, room, ({ log }) => ({
          log: { ...log, entries: log.entries.slice(-DEFAULT_PAGE) },
        })),
      );
    },
    /** The connection is gone. The next one begins by asking what was missed. */
    stop(): void {
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
}
