import * as v from "valibot";
import type { ErrorInfo } from "./errors.ts";
import {
  DEFAULT_PAGE,
  MAX_HEADS,
  MAX_NAME_LENGTH,
  MAX_PAGE,
  MAX_QUERY_LENGTH,
  MAX_TEXT_LENGTH,
} from "./limits.ts";
import type { Entry, Online, Room, Session, User } from "./model.ts";

const RoomId = v.pipe(
  v.string(),
  v.regex(
    /^[a-z0-9][a-z0-9-]{0,62}$/,
    "must be 1 to 63 of a-z, 0-9 and -, beginning with a letter or digit",
  ),
);
const Seq = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** valibot's records take arrays, whose indexes would pass for room ids. */
const NoArray = v.custom<Record<string, number>>(
  (input) => !Array.isArray(input),
  "must be an object",
);
const Limit = v.optional(
  v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(MAX_PAGE)),
  DEFAULT_PAGE,
);

/** A person's name: one line, spaces folded, no control characters. */
export const Name = v.pipe(
  v.string(),
  v.transform((name) => name.normalize("NFC").replace(/\s+/gu, " ").trim()),
  v.minLength(1, "must not be empty"),
  v.maxLength(MAX_NAME_LENGTH, `must hold at most ${MAX_NAME_LENGTH} characters`),
  v.regex(/^\P{C}+$/u, "must hold no control characters"),
);

/** The auth of a connection: a new guest's name, or the token of a returning one. */
export const Auth = v.union(
  [
    v.object({ token: v.pipe(v.string(), v.minLength(1), v.maxLength(4_096)) }),
    v.object({ name: Name }),
  ],
  "must hold a token, or the name of a new guest",
);
export type AuthData = v.InferOutput<typeof Auth>;

/** What each client event carries: one object, its first argument. */
export const clientSchemas = {
  joinRoom: v.object({ room: RoomId, after: v.optional(Seq) }),
  leaveRoom: v.object({ room: RoomId }),
  message: v.object({
    room: RoomId,
    id: v.pipe(v.string(), v.uuid("must be a UUID")),
    text: v.pipe(
      v.string(),
      v.minLength(1, "must not be empty"),
      v.maxLength(MAX_TEXT_LENGTH, `must hold at most ${MAX_TEXT_LENGTH} characters`),
    ),
    after: v.optional(Seq),
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
      "takes before or after, not both",
    ),
  ),
  rooms: v.object({
    query: v.optional(v.pipe(v.string(), v.maxLength(MAX_QUERY_LENGTH))),
    after: v.optional(RoomId),
    limit: Limit,
  }),
  heads: v.object({ rooms: v.pipe(NoArray, v.record(RoomId, Seq), v.maxEntries(MAX_HEADS)) }),
} as const;

export type ClientEventName = keyof typeof clientSchemas;
export type ClientInput<E extends ClientEventName> = v.InferInput<(typeof clientSchemas)[E]>;
export type ClientData<E extends ClientEventName> = v.InferOutput<(typeof clientSchemas)[E]>;

/** What each ack adds to `{"ok":true}`. */
export interface AckData {
  /** The newest entries (after `after`), ascending; `more` when older ones of these exist. */
  joinRoom: { room: Room; entries: Entry[]; more: boolean; online: Online };
  leaveRoom: object;
  message: { entry: Entry };
  /** Ascending; `more` when the direction asked for goes on. */
  history: { entries: Entry[]; more: boolean; head: number };
  rooms: { rooms: Room[]; more: boolean };
  /** Only the rooms that moved. */
  heads: { heads: Record<string, number> };
}

export type Ack<E extends ClientEventName> =
  | ({ ok: true } & AckData[E])
  | { ok: false; error: ErrorInfo };

/** Socket.IO's event map of what clients send. */
export type ClientEvents = {
  [E in ClientEventName]: (data: ClientInput<E>, ack: (answer: Ack<E>) => void) => void;
};

/** Socket.IO's event map of what the server sends. */
export interface ServerEvents {
  session: (session: Session) => void;
  message: (entry: Entry, offset: string) => void;
  joined: (notice: { room: string; user: User }) => void;
  left: (notice: { room: string; user: User }) => void;
  presence: (notice: { user: User; online: boolean; n: number }) => void;
  error: (error: ErrorInfo) => void;
}

/** The event packet of a server event, with its arguments' types. */
export function serverEvent<E extends keyof ServerEvents>(
  name: E,
  ...args: Parameters<ServerEvents[E]>
) {
  return { type: "event", nsp: "/", name, args } as const;
}
