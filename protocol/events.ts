import * as v from "valibot";
import type { ErrorInfo } from "./errors.ts";
import {
  Caption,
  Emoji,
  EventId,
  FileIds,
  FileName,
  InviteCode,
  Limit,
  MediaType,
  Moment,
  Name,
  NO_TEXT,
  Preview,
  Query,
  RoomId,
  Seq,
  Seqs,
  Side,
  Size,
  Text,
  Topic,
  UserId,
} from "./fields.ts";
import {
  MAX_CURSOR_LENGTH,
  MAX_CUSTOM_NAME_LENGTH,
  MAX_HEADS,
  MAX_KEY_LENGTH,
  MAX_MENTIONS,
  MAX_QUERY_LENGTH,
} from "./limits.ts";
import type {
  ChangeEntry,
  Entry,
  MessageEntry,
  Online,
  Person,
  Room,
  RoomFacts,
  Session,
  SessionFacts,
  User,
} from "./model.ts";
import { LOBBY } from "./rooms.ts";

/** What socket.io-client adds to its auth, to continue where its last connection ended. */
const recovery = {
  pid: v.optional(v.pipe(v.string(), v.maxLength(128))),
  offset: v.optional(v.pipe(v.string(), v.maxLength(128))),
};

/**
 * The auth of a connection: the code of a link; the token of a session, or a JWT, with the token of the
 * guest who signs in; or a new guest's name, with the key if the deployment asks for one.
 */
export const Auth = v.union(
  [
    v.object({ link: v.pipe(v.string(), v.maxLength(128)), ...recovery }),
    v.object({
      token: v.pipe(v.string(), v.minLength(1), v.maxLength(4_096)),
      guest: v.optional(v.pipe(v.string(), v.maxLength(128))),
      ...recovery,
    }),
    v.object({
      name: Name,
      key: v.optional(v.pipe(v.string(), v.maxLength(MAX_KEY_LENGTH))),
      ...recovery,
    }),
  ],
  "must hold a token, a link's code, or the name of a new guest",
);
export type AuthData = v.InferOutput<typeof Auth>;

/** What each client event carries: its first argument. */
export const clientSchemas = {
  joinRoom: v.object({
    room: RoomId,
    after: v.optional(Seq),
    create: v.optional(v.boolean(), true),
    invite: InviteCode,
  }),
  getRoom: v.object({ room: RoomId, invite: InviteCode }),
  createRoom: v.object({
    /** The same id of the same person is the same room. */
    id: v.optional(EventId),
    name: Name,
    kind: v.optional(v.picklist(["public", "private"]), "public"),
    topic: v.optional(Topic),
  }),
  setRoom: v.pipe(
    v.object({
      room: RoomId,
      name: v.exactOptional(Name),
      topic: v.exactOptional(Topic),
      owner: v.exactOptional(UserId),
      /** Makes a new invitation to a private room, or ends it. */
      invite: v.exactOptional(v.boolean()),
    }),
    v.check(
      ({ room: _, ...changes }) => Object.keys(changes).length > 0,
      "must name what changes: name, topic, owner or invite",
    ),
  ),
  leaveRoom: v.object({ room: RoomId }),
  message: v.pipe(
    v.object({
      room: RoomId,
      id: EventId,
      text: Caption,
      after: v.optional(Seq),
      replyTo: v.optional(Seq),
      mentions: v.optional(v.pipe(v.array(UserId), v.maxLength(MAX_MENTIONS))),
      files: v.optional(FileIds),
    }),
    v.forward(
      v.partialCheck(
        [["text"], ["files"]],
        ({ text, files }) => text !== "" || files !== undefined,
        NO_TEXT,
      ),
      ["text"],
    ),
  ),
  upload: v.object({
    room: RoomId,
    name: FileName,
    type: MediaType,
    size: Size,
    width: v.optional(Side),
    height: v.optional(Side),
    preview: v.optional(Preview),
  }),
  file: v.object({
    room: RoomId,
    seq: Seq,
    file: EventId,
    download: v.optional(v.boolean(), false),
  }),
  edit: v.object({ room: RoomId, id: EventId, seq: Seq, text: Text }),
  delete: v.object({ room: RoomId, id: EventId, seq: Seq }),
  react: v.object({
    room: RoomId,
    id: EventId,
    seq: Seq,
    emoji: Emoji,
    on: v.optional(v.boolean(), true),
  }),
  history: v.pipe(
    v.object({
      room: RoomId,
      before: v.optional(Seq),
      after: v.optional(Seq),
      limit: Limit,
    }),
    v.check(
      ({ before, after }) => before === undefined || after === undefined,
      "must not hold both before and after",
    ),
  ),
  rooms: v.object({
    query: Query,
    after: v.optional(v.pipe(v.string(), v.regex(/^!?[a-z0-9-]{1,63}$/, "must be from rooms"))),
    limit: Limit,
  }),
  people: v.object({
    room: v.optional(RoomId, LOBBY),
    query: Query,
    after: v.optional(UserId),
    limit: Limit,
  }),
  direct: v.object({ user: UserId }),
  invite: v.object({ room: RoomId, user: UserId }),
  remove: v.object({ room: RoomId, user: UserId }),
  search: v.object({
    text: v.pipe(
      v.string(),
      v.trim(),
      v.minLength(1, "must not be empty"),
      v.maxLength(MAX_QUERY_LENGTH),
    ),
    room: v.optional(RoomId),
    from: v.optional(UserId),
    until: v.optional(Moment),
    before: v.optional(v.pipe(v.string(), v.maxLength(MAX_CURSOR_LENGTH))),
  }),
  rename: v.object({ name: Name }),
  link: v.object({}),
  sessions: v.object({}),
  endSession: v.object({
    session: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, "must be a session's id")),
  }),
  signOut: v.object({ everywhere: v.optional(v.boolean(), false) }),
  read: v.object({ room: RoomId, seq: Seq, unread: v.optional(v.boolean(), false) }),
  typing: v.object({ room: RoomId }),
  heads: v.object({ rooms: v.pipe(Seqs, v.maxLength(MAX_HEADS)) }),
} as const;

/** The name of a custom event: one with a colon, such as `cursor:move`. */
export type CustomEventName = `${string}:${string}`;

export function isCustomEventName(name: string): name is CustomEventName {
  return name.includes(":") && name.length <= MAX_CUSTOM_NAME_LENGTH;
}

/** What a custom event carries: the room, and any data of the app's own. */
export const CustomData = v.looseObject({ room: RoomId });
export type CustomData = v.InferOutput<typeof CustomData>;

export type ClientEventName = keyof typeof clientSchemas;
/** The names above, and custom events. */
export type AnyEventName = ClientEventName | CustomEventName;
export type ClientInput<E extends AnyEventName> = E extends ClientEventName
  ? v.InferInput<(typeof clientSchemas)[E]>
  : CustomData;
export type ClientData<E extends ClientEventName> = v.InferOutput<(typeof clientSchemas)[E]>;

/** What each ack adds to `{"ok":true}`. */
export interface AckData {
  /** The newest entries (after `after`), ascending. `more` if there are older ones of these. */
  joinRoom: { room: Room; entries: Entry[]; more: boolean; online: Online };
  /** The room as it is, without joining it. */
  getRoom: { room: Room; online: Online };
  createRoom: { room: Room };
  setRoom: { room: Room; invite?: string | undefined };
  leaveRoom: object;
  message: { entry: MessageEntry };
  /** The file's id, and the form in which it is posted, as `multipart/form-data` before the file. */
  upload: { file: string; post: { url: string; fields: Record<string, string> } };
  /** An address for five minutes. */
  file: { url: string };
  /** The change's entry, or the message itself where there was nothing to change. */
  edit: { entry: Entry };
  delete: { entry: Entry };
  react: { entry: Entry };
  /** Ascending. `more` if there are further entries in the direction that was asked for. */
  history: { entries: Entry[]; more: boolean; head: number };
  /**
   * `more` if there may be further rooms; the next call continues from `after`. A call reads a
   * bounded number of rooms, and may find none of them.
   */
  rooms: { rooms: Room[]; more: boolean; after?: string | undefined };
  /**
   * By id. `more` if there may be further people; the next call continues from `after`. A call
   * reads a bounded number of members, and may find none of them.
   */
  people: { people: Person[]; more: boolean; after?: string | undefined };
  direct: { room: Room };
  invite: object;
  remove: object;
  /**
   * Messages, newest first. `more` if older entries have not been read; the next call continues
   * from the cursor `before`. A call reads a bounded part of the logs, and may find nothing in it.
   */
  search: { entries: MessageEntry[]; more: boolean; before?: string | undefined };
  rename: { user: User };
  signOut: object;
  /** A code with which another device connects once, as `{ link: code }`; `expiresAt` in ms. */
  link: { code: string; expiresAt: number };
  sessions: { sessions: SessionFacts[] };
  endSession: object;
  /** Of several answers and notices about a room, the one with the highest `n` is the newest. */
  read: { unread: number; mentions: number; n: number };
  typing: object;
  /** Only rooms whose head differs. */
  heads: { heads: Record<string, number> };
  [custom: CustomEventName]: object;
}

export type Ack<E extends AnyEventName> =
  | ({ ok: true } & AckData[E])
  | { ok: false; error: ErrorInfo };

/**
 * Socket.IO's event map of what clients send.
 * @public for clients in TypeScript
 */
export type ClientEvents = {
  [E in AnyEventName]: (data: ClientInput<E>, ack: (answer: Ack<E>) => void) => void;
};

/** Socket.IO's event map of what the server sends. */
export interface ServerEvents {
  session: (session: Session) => void;
  message: (entry: MessageEntry, offset: string) => void;
  edit: (entry: ChangeEntry, offset: string) => void;
  delete: (entry: ChangeEntry, offset: string) => void;
  react: (entry: ChangeEntry, offset: string) => void;
  /**
   * A membership began or ended. Of the notices about a person in a room the highest `n` counts.
   */
  joined: (notice: { room: string; user: User; n: number }) => void;
  left: (notice: { room: string; user: User; n: number }) => void;
  /** A person went online or offline, or has a new name (also to that person's own tabs). */
  presence: (notice: { user: User; online: boolean; n: number }) => void;
  typing: (notice: { room: string; user: User }) => void;
  /**
   * A room that is new to this person (with `head`); or, for everyone in it, a room that has
   * changed, without the person's own counts; or a room that is gone for this person. A notice with
   * a lower `rev`, or with an `n` below the membership's, is out of date.
   */
  room: (room: Room | RoomFacts | { id: string; gone: true; n: number }) => void;
  /** To the person's other connections. */
  read: (mark: { room: string; seq: number; unread: number; mentions: number; n: number }) => void;
  error: (error: ErrorInfo) => void;
  /** What a client has sent, with its user: to the other connections that watch the room. */
  [custom: CustomEventName]: (data: CustomData & { user: User }) => void;
}

/** The event packet of a server event, with its arguments' types. */
export function serverEvent<E extends keyof ServerEvents>(
  name: E,
  ...args: Parameters<ServerEvents[E]>
) {
  return { type: "event", nsp: "/", name, args } as const;
}
