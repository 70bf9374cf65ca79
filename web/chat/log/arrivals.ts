import type { Entry } from "../../../protocol/model.ts";
import { withPeople } from "../people/names.ts";
import { withArrived } from "../rooms/unread.ts";
import { type ChatStore, withView } from "../store.ts";
import { withChanges, withEntries, withHead } from "./room-log.ts";

/**
 * The one way of entries into a room's log, wherever they come from. `settled` is told the ids of
 * one's own.
 */
export function createArrivals({ getState, setState }: ChatStore, settled: (id: string) => void) {
  return (entries: readonly Entry[], room: string, head = 0): void => {
    setState((state) => ({
      ...withArrived(state, room, entries, state.user),
      ...withPeople(
        state,
        entries.map(({ author }) => author),
      ),
      // A room that was never opened begins with its newest page once it is.
      ...(state.views[room] &&
        withView(state, room, ({ log, past }) => ({
          log: withHead(withEntries(log, entries), head),
          ...(past && { past: withChanges(past, entries) }),
        }))),
    }));
    const { user } = getState();
    for (const { id, author } of entries) if (author.id === user?.id) settled(id);
  };
}
