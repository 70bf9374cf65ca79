import { type ChatState, type ChatStore, withMine, withRooms } from "../store.ts";
import type { Wire } from "../wire/wire.ts";

/** Pages that are read in search of a room: a person's own rooms, 100 at most, come first. */
const MAX_PAGES = 2;
const PAGE = 100;

/** Lists the rooms: one's own and the public ones. */
export function createRoomList({ getState, setState }: ChatStore, wire: Wire) {
  const wanted = new Set<string>();

  async function load(after: string | undefined): Promise<void> {
    if (getState().directory.status === "loading") return;
    setDirectory({ status: "loading" });
    try {
      const { rooms, more } = await wire.request("rooms", { after });
      const ids = rooms.map(({ id }) => id);
      setState((state) => ({
        ...withRooms(state, rooms),
        directory: {
          rooms: after === undefined ? ids : [...state.directory.rooms, ...ids],
          more,
          status: "idle",
        },
      }));
    } catch {
      setDirectory({ status: "failed" });
    }
  }

  function setDirectory(change: Partial<ChatState["directory"]>): void {
    setState(({ directory }) => ({ directory: { ...directory, ...change } }));
  }

  /** Reads what is known of rooms that one was made a member of elsewhere. */
  async function find(): Promise<void> {
    let after: string | undefined;
    for (let page = 0; page < MAX_PAGES && wanted.size > 0; page++) {
      const { rooms, more } = await wire.request("rooms", { after, limit: PAGE });
      // Of the public ones it is no member's listing: what was left meanwhile stays left.
      const own = rooms.filter(({ read }) => read !== undefined);
      const found = own.map(({ id }) => id).filter((id) => wanted.delete(id));
      setState((state) => ({ ...withRooms(state, rooms), ...withMine(state, ...found) }));
      after = rooms.at(-1)?.id;
      if (!more) break;
    }
    wanted.clear();
  }

  return {
    loadFirst: () => load(undefined),
    loadMore: () => load(getState().directory.rooms.at(-1)),
    /** A room has become one's own without one's doing here: another tab, an invitation. */
    refresh(room: string): void {
      const running = wanted.size > 0;
      wanted.add(room);
      // What cannot be read now comes with the next session.
      if (!running) void find().catch(() => wanted.clear());
    },
  };
}
