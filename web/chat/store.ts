import { createStore } from "zustand/vanilla";
import { type ChatState, initialState, newView, type RoomView } from "./state.ts";

export type ChatStore = ReturnType<typeof createChatStore>;

type Update = Partial<ChatState>;

/** As long as one waits for an answer of the server. */
const PATIENCE_MS = 10_000;

export function createChatStore(start: Pick<ChatState, "phase" | "open">) {
  const store = createStore<ChatState>(() => withoutPrototypes(initialState(start)));
  function setState(update: Update | ((state: ChatState) => Update)): void {
    store.setState((state) =>
      withoutPrototypes(typeof update === "function" ? update(state) : update),
    );
  }
  return {
    ...store,
    setState,
    /** Changes the view of a room, if the room was opened. */
    setView(room: string, change: (view: RoomView) => Partial<RoomView>): void {
      if (store.getState().views[room]) setState((state) => withView(state, room, change));
    },
    /** Waits until the state is so, for a few seconds at most. */
    until: (isSo: (state: ChatState) => boolean): Promise<void> =>
      new Promise((resolve) => {
        const look = () => isSo(store.getState()) && end();
        const unsubscribe = store.subscribe(look);
        const timer = setTimeout(end, PATIENCE_MS);
        function end() {
          unsubscribe();
          clearTimeout(timer);
          resolve();
        }
        look();
      }),
  };
}

const RECORDS = ["rooms", "fresh", "views", "typing", "people", "drafts", "progress"] as const;

/** Ids come from links, and `Object.prototype` has a "constructor": these records inherit nothing. */
function withoutPrototypes<S extends Update>(state: S): S {
  for (const name of RECORDS) {
    const record = state[name];
    if (record !== undefined) Object.setPrototypeOf(record, null);
  }
  return state;
}

/** The state with a change of one room's view. */
export function withView(
  state: ChatState,
  room: string,
  change: (view: RoomView) => Partial<RoomView>,
): Pick<ChatState, "views"> {
  const view = state.views[room] ?? newView;
  return { views: { ...state.views, [room]: { ...view, ...change(view) } } };
}
