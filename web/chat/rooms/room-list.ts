import type { ChatState } from "../state.ts";
import type { ChatStore } from "../store.ts";
import type { Wire } from "../wire/wire.ts";
import { withMine, withRooms } from "./known-rooms.ts";

/** The pages that `find` reads: a person's own rooms, at most 100, come before the public ones. */
const MAX_PAGES = 2;
const PAGE = 100;

/** Lists the rooms: this person's own and the public ones. */
export function createRoomList({ store, wire }: { store: ChatStore; wire: Wire }) {
  const { getState, setState } = store;
  /** Rooms to look up that this person has become a member of. */
  const wanted = new Set<string>();

  async function load(after?: string): Promise<void> {
    if (getState().directory.status === "loading") return;
    updateDirectory({ status: "loading" });
    try {
      const { rooms, more } = await wire.request("rooms", {
        ...(after !== undefined && { after }),
      });
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
      updateDirectory({ status: "failed" });
    }
  }

  function updateDirectory(change: Partial<ChatState["directory"]>): void {
    setState(({ directory }) => ({ directory: { ...directory, ...change } }));
  }

  async function findWanted(): Promise<void> {
    let after: string | undefined;
    for (let page = 0; page < MAX_PAGES && wanted.size > 0; page++) {
      const { rooms, more } = await wire.request("rooms", {
        limit: PAGE,
        ...(after !== undefined && { after }),
      });
      // A room without `read` is not this person's: they have left it in the meantime.
      const own = rooms.filter(({ read }) => read !== undefined);
      const found = own.map(({ id }) => id).filter((id) => wanted.delete(id));
      setState((state) => ({ ...withRooms(state, rooms), ...withMine(state, ...found) }));
      after = rooms.at(-1)?.id;
      if (!more) break;
    }
    wanted.clear();
  }

  return {
    loadFirst: (): void => void load(),
    loadMore: (): void => void load(getState().directory.rooms.at(-1)),
    /** This person has become a member of a room elsewhere: in another tab, or by an invitation. */
    refresh(room: string): void {
      const running = wanted.size > 0;
      wanted.add(room);
      // If this fails, the next session brings the room.
      if (!running) void findWanted().catch(() => wanted.clear());
    },
  };
}
