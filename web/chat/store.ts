import { createStore } from "zustand/vanilla";
import type { Online, Room, User } from "../../protocol/model.ts";
import { emptyLog, type RoomLog } from "./log/room-log.ts";
import { asOfNow, type Fresh } from "./rooms/unread.ts";
import type { PendingChange } from "./writing/changes.ts";
import type { Draft, Editing } from "./writing/drafts.ts";
import type { Outgoing } from "./writing/outbox.ts";

/** What is loaded of a room that was opened. */
export interface RoomView {
  readonly log: RoomLog;
  /** How the opening went. */
  readonly status: "loading" | "ready" | "failed" | "missing";
  readonly error?: string;
  /** How the loading of an older page goes, and of a newer one in the past. */
  readonly older: "idle" | "loading" | "failed";
  readonly newer: "idle" | "loading" | "failed";
  readonly online?: Online;
  /** A part of the log far from its end, which is shown instead of the end: see `shownLog`. */
  readonly past?: RoomLog;
  /** The message to bring into view and to highlight: a new object each time. */
  readonly target?: { readonly seq: number };
  /** The "New" divider stands after the entry of this `seq`. */
  readonly dividerAfter?: number;
  /** Who came into the room and left it for good while it was watched. */
  readonly notices: readonly RoomNotice[];
}

export interface RoomNotice {
  readonly kind: "joined" | "left";
  readonly user: User;
  readonly at: number;
  /** The log's head at that time: the notice stands after that entry. */
  readonly after: number;
}

export const newView: RoomView = {
  log: emptyLog,
  status: "loading",
  older: "idle",
  newer: "idle",
  notices: [],
};

export interface ChatState {
  /** Whether a name is asked for, or a person is there. */
  readonly phase: "joining" | "joined";
  readonly joining: { readonly pending: boolean; readonly error?: string };
  /** `lost` once a connection has been down for long enough to say so. */
  readonly connection: "up" | "down" | "lost";
  readonly user?: User;
  /** The room that is shown. */
  readonly open: string;
  /**
   * All rooms that are known, and of these the ones that one is a member of. `unread` and
   * `mentions` are as of now, `head` is as the server last said.
   */
  readonly rooms: Readonly<Record<string, Room>>;
  readonly mine: ReadonlySet<string>;
  /** By room, what came since the server last counted. */
  readonly fresh: Readonly<Record<string, readonly Fresh[]>>;
  /** The listing of rooms, as far as it is loaded. */
  readonly directory: {
    readonly rooms: readonly string[];
    readonly more: boolean;
    readonly status: "idle" | "loading" | "failed";
  };
  readonly views: Readonly<Record<string, RoomView>>;
  /** By room, who is typing there. */
  readonly typing: Readonly<Record<string, readonly User[]>>;
  /** Everyone who was met, by id, and those of them whose name somebody else has too. */
  readonly people: Readonly<Record<string, User>>;
  readonly namesakes: ReadonlySet<string>;
  readonly outgoing: readonly Outgoing[];
  readonly drafts: Readonly<Record<string, Draft>>;
  /** The message that the composer changes. */
  readonly editing?: Editing;
  /** Changes of messages that are not known to be in the log. */
  readonly changes: readonly PendingChange[];
  /** What a screen reader is told: the newest messages of others in the open room. */
  readonly announcement: string;
  /** What went wrong with something that is no longer on the screen. */
  readonly problem?: string;
  /** The dialog that is open. */
  readonly dialog?: Dialog;
  /** Whether messages are told by the system's notifications. */
  readonly notifying: "off" | "on" | "denied" | "unsupported";
}

export type Dialog =
  | { readonly kind: "search" | "shortcuts" | "createRoom" | "findPerson" | "account" }
  | { readonly kind: "room" | "members"; readonly room: string }
  | { readonly kind: "person"; readonly user: User; readonly room: string }
  /** `seq` is the message to react to; without one the emoji goes into the draft. */
  | { readonly kind: "emoji"; readonly room: string; readonly seq?: number };

export type ChatStore = ReturnType<typeof createChatStore>;

export function initialState(start: Pick<ChatState, "phase" | "open">): ChatState {
  return {
    ...start,
    joining: { pending: false },
    connection: "down",
    user: undefined,
    rooms: {},
    mine: new Set(),
    fresh: {},
    directory: { rooms: [], more: false, status: "idle" },
    views: {},
    typing: {},
    people: {},
    namesakes: new Set(),
    outgoing: [],
    drafts: {},
    editing: undefined,
    changes: [],
    announcement: "",
    problem: undefined,
    dialog: undefined,
    notifying: "off",
  };
}

export function createChatStore(start: Pick<ChatState, "phase" | "open">) {
  const store = createStore<ChatState>(() => bare(initialState(start)));
  type Change = Partial<ChatState>;
  return {
    ...store,
    setState(change: Change | ((state: ChatState) => Change)): void {
      store.setState((state) => bare(typeof change === "function" ? change(state) : change));
    },
  };
}

/** What is looked up by an id, which a link may name as it likes: "constructor" is nobody's yet. */
const RECORDS = ["rooms", "fresh", "views", "typing", "people", "drafts"] as const;

function bare<S extends Partial<ChatState>>(state: S): S {
  for (const name of RECORDS) {
    const record = state[name];
    if (record !== undefined) Object.setPrototypeOf(record, null);
  }
  return state;
}

/** The log that a room shows: its end, or the part of the past that was gone to. */
export function shownLog(view: RoomView | undefined): RoomLog {
  return view?.past ?? view?.log ?? emptyLog;
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

/** The state without a room that is no longer one's own. */
export function withoutMine(state: ChatState, room: string): Pick<ChatState, "views" | "mine"> {
  const { [room]: _, ...views } = state.views;
  return { views, mine: new Set([...state.mine].filter((id) => id !== room)) };
}

/** The state with rooms as the server tells them. */
export function withRooms(state: ChatState, told: readonly Room[]): Pick<ChatState, "rooms"> {
  const { rooms, fresh } = state;
  const now = told.map((room) => [room.id, asOfNow(room, rooms[room.id], fresh[room.id])]);
  return { rooms: { ...rooms, ...Object.fromEntries(now) } };
}

export function withMine(state: ChatState, ...rooms: string[]): Pick<ChatState, "mine"> {
  return { mine: new Set([...state.mine, ...rooms]) };
}
