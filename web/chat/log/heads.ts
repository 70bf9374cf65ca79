import { MAX_HEADS } from "../../../protocol/limits.ts";
import type { ChatState } from "../state.ts";
import type { ChatStore } from "../store.ts";
import { NoAnswer } from "../wire/errors.ts";
import { ANSWER_PATIENCE_MS, type Wire } from "../wire/wire.ts";
import type { Logs } from "./logs.ts";

interface Parts {
  store: ChatStore;
  wire: Wire;
  logs: Logs;
}

/** Asks the server how far the rooms' logs go, and fetches what this page lacks (promise 5). */
export function createHeads({ store, wire, logs }: Parts) {
  async function check(): Promise<void> {
    const rooms = latelyActive(store.getState());
    if (rooms.length === 0) return;
    try {
      const known = { rooms: Object.fromEntries(rooms) };
      const { heads } = await wire.request("heads", known, ANSWER_PATIENCE_MS);
      for (const [room, head] of Object.entries(heads)) {
        logs.add(room, [], head);
        logs.fetchMissing(room);
      }
    } catch (error) {
      // A machine that slept, or changed its network, may hold a dead connection.
      if (error instanceof NoAnswer && error.connected) wire.reconnect();
    }
  }

  return { check: (): void => void check() };
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
