import type {
  Entry,
  FileFacts,
  MessageEntry,
  Online,
  Person,
  Room,
  User,
} from "../../protocol/model.ts";
import type { Arrival } from "./rooms/address.ts";

/** Everything the page shows. Records are keyed by room, `people` by person. */
export interface ChatState {
  /** What is shown: the form for a name, the question to who comes by a link or a sign-in, the chat. */
  readonly phase: "joining" | "arriving" | "joined";
  readonly arrival: Arrival | undefined;
  readonly joining: {
    readonly pending: boolean;
    readonly error?: string | undefined;
    /** Whether it is about the key. */
    readonly wrongKey?: boolean;
  };
  /** `lost` once it has been `down` long enough for the page to say so. */
  readonly connection: "up" | "down" | "lost";
  readonly user: User | undefined;
  /** Whether this person has an account at the provider. */
  readonly account: boolean;
  /** The room on the screen. */
  readonly open: string;
  /** All rooms that are known. `unread` and `mentions` are current, `head` is the server's last word. */
  readonly rooms: Readonly<Record<string, Room>>;
  /** The rooms that this person is a member of. */
  readonly mine: ReadonlySet<string>;
  /** Those of them that this connection is not in yet: the server could not read them. */
  readonly late: ReadonlySet<string>;
  /** The room that this person is leaving, no longer in `mine`; `held` while that can be undone. */
  readonly leaving: { readonly room: string; readonly held: boolean } | undefined;
  /** Messages that have come since the server last counted what is unread. */
  readonly fresh: Readonly<Record<string, readonly Fresh[]>>;
  readonly views: Readonly<Record<string, RoomView>>;
  /** Who is typing. */
  readonly typing: Readonly<Record<string, readonly User[]>>;
  /** Everyone seen so far, and those of them whose name could be taken for somebody else's. */
  readonly people: Readonly<Record<string, User>>;
  readonly namesakes: ReadonlySet<string>;
  /** Those who are known to be online, in whatever room. */
  readonly present: ReadonlySet<string>;
  readonly outgoing: readonly Outgoing[];
  readonly drafts: Readonly<Record<string, Draft>>;
  /** Rooms for whose drafts files are made ready. */
  readonly preparing: ReadonlySet<string>;
  /** By key, how much of a file has been uploaded, from 0 to 1. */
  readonly progress: Readonly<Record<string, number>>;
  /** The message that the composer edits. */
  readonly editing: Editing | undefined;
  /** Edits, deletions and reactions that the server has not acknowledged. */
  readonly changes: readonly PendingChange[];
  /** What a screen reader is to say: the newest messages of others in the open room. */
  readonly announcement: string;
  /** What went wrong with something that is no longer on the screen. */
  readonly problem: string | undefined;
  /** What was done that shows nowhere else, such as that a link was copied. */
  readonly done: string | undefined;
  readonly dialog: Dialog | undefined;
  /** The search by which the shown message was found, for going back to its other results. */
  readonly searched: Search | undefined;
  /** Whether the browser shows notifications. */
  readonly notifying: "off" | "on" | "denied" | "unsupported";
}

/** What all messages of a search have: the room, the author, a day before which they were written. */
export interface Filters {
  readonly in?: string;
  readonly from?: User;
  readonly before?: number;
}

/** A search, and the message to which it has led. */
export interface Search {
  readonly query: string;
  readonly filters: Filters;
  readonly found: Found;
  readonly led: MessageEntry;
}

/** What a search has found so far. */
export interface Found {
  readonly messages: readonly MessageEntry[];
  readonly rooms: readonly Room[];
  readonly people: readonly Person[];
  /** Where the next page begins, if there is one. */
  readonly before?: string | undefined;
}

/** What is loaded of a room that was opened. */
export interface RoomView {
  readonly log: RoomLog;
  /** `preview` while it is looked at without being this person's. */
  readonly status: "loading" | "ready" | "failed" | "preview" | "missing";
  /** Why it is `failed`. */
  readonly error?: string | undefined;
  /** The loading of the page before what is shown, and of the one after it in the past. */
  readonly older: "idle" | "loading" | "failed";
  readonly newer: "idle" | "loading" | "failed";
  readonly online?: Online | undefined;
  /** A part of the log far from its end, shown instead of the end: see `shownLog`. */
  readonly past?: RoomLog | undefined;
  /** The message to scroll to and highlight: a new object for each jump. */
  readonly target?: { readonly seq: number } | undefined;
  /** The "New" divider stands after the entry with this `seq`. */
  readonly dividerAfter?: number | undefined;
  /** Who joined and left the room while this page watched it. */
  readonly notices: readonly RoomNotice[];
}

/**
 * What this page knows of one room's log. `seq` runs 1, 2, 3, … without holes, so the entries
 * themselves show what is missing. Changes stay in the log as entries; the messages they change
 * are kept in their newest state.
 */
export interface RoomLog {
  /** Ascending by `seq`, each once; there may be holes. */
  readonly entries: readonly Entry[];
  /** The highest `seq` known to exist. */
  readonly head: number;
  /** The lowest `seq` that the server still has. */
  readonly oldest: number;
  /** By `seq`, the newest state of each message that a change has named, loaded or not. */
  readonly changed: ReadonlyMap<number, MessageEntry>;
}

export interface RoomNotice {
  readonly kind: "joined" | "left";
  readonly user: User;
  readonly at: number;
  /** The log's head at that time: the notice stands after that entry. */
  readonly after: number;
}

/** A message by somebody else that the server's count of unread messages does not include. */
export interface Fresh {
  readonly seq: number;
  readonly mention: boolean;
}

/** A file that is not sent yet. */
export interface LocalFile extends Readonly<Omit<FileFacts, "id">> {
  /** Names its content in the browser's storage. */
  readonly key: string;
  /** Whether it is a picture that was made smaller. */
  readonly scaled?: boolean;
  /** Its id, once it is uploaded, and when that was. */
  readonly id?: string;
  readonly uploadedAt?: number;
}

/** One's own message that is not known to be in the log. */
export interface Outgoing {
  readonly id: string;
  readonly room: string;
  readonly text: string;
  /** `seq` of the message that it answers. */
  readonly replyTo?: number;
  /** Ids of the people it mentions. */
  readonly mentions?: readonly string[];
  readonly files?: readonly LocalFile[] | undefined;
  /** When it was written, by this machine's clock. */
  readonly at: number;
  /** The log's head at the first try. Every retry repeats it: see promise 3. */
  readonly after?: number;
  /** When the last try began of which no answer says that it has failed. */
  readonly unansweredAt?: number | undefined;
  readonly state: "pending" | "failed";
  /** Why it has failed, or why it still waits. */
  readonly error?: string | undefined;
}

/** What is written to a room and not sent yet. */
export interface Draft {
  readonly text: string;
  /** `seq` of the message that it answers. */
  readonly replyTo?: number | undefined;
  readonly files?: readonly LocalFile[] | undefined;
  /** The people picked by name: whoever's name is still in the text is mentioned. */
  readonly mentions?: readonly User[];
}

/** One's own message, while the composer holds it. */
export interface Editing {
  readonly room: string;
  readonly seq: number;
  readonly text: string;
}

export type Change =
  | { readonly kind: "edit"; readonly text: string }
  | { readonly kind: "delete" }
  | { readonly kind: "react"; readonly emoji: string; readonly on: boolean };

/** A change of a message that the page shows already and the server has not acknowledged. */
export type PendingChange = Change & {
  readonly id: string;
  readonly room: string;
  /** `seq` of the message. */
  readonly seq: number;
  readonly at: number;
  /** A deletion that can still be undone and is not sent yet. */
  readonly held?: boolean;
};

/** What a dialog of this kind is given. */
export type DialogOf<K extends Dialog["kind"]> = Dialog & { readonly kind: K };

export type Dialog =
  | { readonly kind: "shortcuts" | "findPerson" }
  | { readonly kind: "account" | "devices" }
  | { readonly kind: "signOut"; readonly everywhere?: boolean }
  /** `again` shows what was searched before; `typed` is what was typed before the field was there. */
  | { readonly kind: "search"; readonly again?: boolean; readonly typed?: string }
  /** Without a room, it is for a new one. */
  | { readonly kind: "room"; readonly room?: string }
  | { readonly kind: "members" | "leave"; readonly room: string }
  | { readonly kind: "picture"; readonly entry: MessageEntry; readonly file: string }
  | {
      readonly kind: "person" | "remove";
      readonly user: User;
      readonly room: string;
      /** What was pointed at. */
      readonly beside?: Place;
    }
  | (Beside & { readonly kind: "message"; readonly seq: number })
  /** Without a message to react to, the emoji goes into the draft. */
  | (Beside & { readonly kind: "emoji"; readonly seq?: number });

interface Beside {
  readonly room: string;
  readonly beside: Place;
}

/** A place on the screen. */
export type Place = Pick<DOMRect, "left" | "top" | "bottom">;

export const emptyLog: RoomLog = { entries: [], head: 0, oldest: 1, changed: new Map() };

export const newView: RoomView = {
  log: emptyLog,
  status: "loading",
  older: "idle",
  newer: "idle",
  notices: [],
};

export function initialState(start: Pick<ChatState, "phase" | "open">): ChatState {
  return {
    ...start,
    joining: { pending: false },
    connection: "down",
    user: undefined,
    account: false,
    arrival: undefined,
    rooms: {},
    mine: new Set(),
    late: new Set(),
    leaving: undefined,
    fresh: {},
    views: {},
    typing: {},
    people: {},
    namesakes: new Set(),
    present: new Set(),
    outgoing: [],
    drafts: {},
    preparing: new Set(),
    progress: {},
    editing: undefined,
    changes: [],
    announcement: "",
    problem: undefined,
    done: undefined,
    dialog: undefined,
    searched: undefined,
    notifying: "off",
  };
}
