import { ClientError } from "../../../protocol/errors.ts";
import type { AckData, ClientInput } from "../../../protocol/events.ts";
import { MAX_PAGE } from "../../../protocol/limits.ts";
import { firstHole, MAX_HOLE, type RoomLog } from "./room-log.ts";

/** Neighbouring pushes overtake each other, so a hole has this long to fill itself. */
export const HOLE_PATIENCE_MS = 1_000;

const RETRY_MS = 5_000;

/** Errors that asking again does not change. */
const FINAL = new Set(["bad_request", "forbidden", "not_found"]);

export interface CatchUpOptions {
  log(room: string): RoomLog | undefined;
  history(page: ClientInput<"history">): Promise<AckData["history"]>;
  /** Puts a page into the log. */
  merge(room: string, page: AckData["history"]): void;
}

/** Fetches what is missing in the rooms' logs. */
export function createCatchUp({ log, history, merge }: CatchUpOptions) {
  const waiting = new Map<string, ReturnType<typeof setTimeout>>();
  const fetching = new Set<string>();

  /** Looks for a hole, and if it is still there after `patience`, fetches it. */
  function notice(room: string, patience = HOLE_PATIENCE_MS): void {
    const known = log(room);
    if (fetching.has(room) || known === undefined || firstHole(known) === undefined) return;
    if (waiting.has(room) && patience > 0) return;
    clearTimeout(waiting.get(room));
    waiting.set(
      room,
      setTimeout(() => {
        waiting.delete(room);
        void fill(room);
      }, patience),
    );
  }

  async function fill(room: string): Promise<void> {
    fetching.add(room);
    let known = log(room);
    let again = false;
    try {
      for (let hole = known && firstHole(known); hole; hole = known && firstHole(known)) {
        const page = await history(
          hole.missing > MAX_HOLE
            ? { room, limit: MAX_PAGE }
            : { room, after: hole.after, limit: Math.min(hole.missing, MAX_PAGE) },
        );
        merge(room, page);
        if (log(room) === known) break;
        known = log(room);
      }
    } catch (error) {
      again = !(error instanceof ClientError && FINAL.has(error.code));
    } finally {
      fetching.delete(room);
    }
    if (again) notice(room, RETRY_MS);
  }

  return {
    notice,
    /** The connection is gone; the next one begins by asking what was missed. */
    stop(): void {
      for (const timer of waiting.values()) clearTimeout(timer);
      waiting.clear();
    },
  };
}
