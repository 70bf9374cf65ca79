import { createStore } from "zustand/vanilla";
import type { Online, Room, User } from "../../protocol/model.ts";
import { emptyLog, type RoomLog } from "./log.ts";
import type { Outgoing } from "./outbox.ts";

/** What is loaded of a room that was opened. */
export interface RoomView {
  readonly log: RoomLog;
  /** How the opening went. */
  readonly status: "loading" | "ready" | "failed" | "missing";
  readonly error?: string;
  /** How the loading of an older page goes. */
  readonly older: "idle" | "loading" | "failed";
  readonly online?: Online;
}

export const newView: RoomView = { log: emptyLog, status: "loading", older: "idle" };

export interface ChatState {
  /** Whether a name is asked for, or a person is there. */
  readonly phase: "joining" | "joined";
  readonly joining: { readonly pending: boolean; readonly error?: string };
  /** `lost` once a connection has been down for long enough to say so. */
  readonly connection: "up" | "down" | "lost";
  readonly user?: User;
  /** The room that is shown. */
  readonly open: string;
  /** All rooms that are known, and of these the ones that one is a member of. */
  readonly rooms: Readonly<Record<string, Room>>;
  readonly mine: ReadonlySet<string>;
  /** The listing of rooms, as far as it is loaded. */
  readonly directory: {
    readonly rooms: readonly string[];
    readonly more: boolean;
    readonly status: "idle" | "loading" | "failed";
  };
  readonly views: Readonly<Record<string, RoomView>>;
  readonly outgoing: readonly Outgoing[];
  readonly drafts: Readonly<Record<string, string>>;
  /** What a screen reader is told: the newest message of somebody else in the open room. */
  readonly announcement: string;
}

export type ChatStore = ReturnType<typeof createChatStore>;

export function createChatStore(initial: Pick<ChatState, "phase" | "open">) {
  return createStore<ChatState>(() => ({
    ...initial,
    joining: { pending: false },
    connection: "down",
    rooms: {},
    mine: new Set(),
    directory: { rooms: [], more: false, status: "idle" },
    views: {},
    outgoing: [],
    drafts: {},
    announcement: "",
  }));
}

/** Changes of the state, as functions of it. */

export function withView(
  state: ChatState,
  room: string,
  change: (view: RoomView) => Partial<RoomView>,
): Pick<ChatState, "views"> {
  const view = state.views[room] ?? newView;
  return { views: { ...state.views, [room]: { ...view, ...change(view) } } };
}

export function withoutView(state: ChatState, room: string): Pick<ChatState, "views" | "mine"> {
  const { [room]: _, ...views } = state.views;
  return { views, mine: new Set([...state.mine].filter((id) => id !== room)) };
}

export function withRooms(state: ChatState, rooms: readonly Room[]): Pick<ChatState, "rooms"> {
  return {
    rooms: { ...state.rooms, ...Object.fromEntries(rooms.map((room) => [room.id, room])) },
  };
}

export function withMine(state: ChatState, ...rooms: string[]): Pick<ChatState, "mine"> {
  return { mine: new Set([...state.mine, ...rooms]) };
}
