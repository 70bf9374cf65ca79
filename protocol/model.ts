/** What the events carry. */

/** A person. The server makes the id, which lasts; the person chooses the name. */
export interface User {
  id: string;
  name: string;
}

/** A person in a list. */
export interface Person extends User {
  online: boolean;
  role: "owner" | "member";
}

type RoomKind = "public" | "private" | "direct";

/** The part of a room that is the same for everyone in it. `topic` and `owner` may be missing. */
export interface RoomFacts {
  id: string;
  name: string;
  kind: RoomKind;
  topic?: string | undefined;
  /** The person who may rename it and remove people; nobody owns the lobby and direct rooms. */
  owner?: string | undefined;
  /** Raised by each change: of two states of a room the one with the higher `rev` is newer. */
  rev: number;
}

/** A room as one person sees it. A direct room has the other one's name. */
export interface Room extends RoomFacts {
  /** The two of a direct room. */
  users?: User[] | undefined;
  /** The code of a private room's invitation, for its owner. */
  invite?: string | undefined;
  /** `seq` of the newest entry, 0 while there is none. For non-members: as of the last sweep. */
  head: number;
  /** Messages after the person's read mark. The person's own message moves the mark to itself. */
  unread: number;
  /** Messages since the read mark that mention the person. */
  mentions: number;
  /** `seq` of the last entry that the person has read; absent for non-members. */
  read?: number | undefined;
  /**
   * For members: the number of the membership's beginning. A `gone` with a lower `n` is about an
   * earlier one.
   */
  n?: number | undefined;
  /** People online and the newest entry's time (ms), of public rooms and as of the last sweep. */
  online?: number | undefined;
  activeAt?: number | undefined;
}

/** An entry of a room's log: `seq` 1, 2, 3, … without holes. */
export type Entry = MessageEntry | ChangeEntry;

interface EntryBase {
  room: string;
  seq: number;
  /** The client's UUID of the event. */
  id: string;
  author: User;
  /** ms since the epoch, set by the server, strictly increasing in a room. */
  at: number;
}

/**
 * A file of a message; width, height and preview are there for pictures.
 * @public for clients in TypeScript
 */
export interface FileFacts {
  id: string;
  name: string;
  type: string;
  /** In bytes. */
  size: number;
  width?: number | undefined;
  height?: number | undefined;
  /** A picture in 4 × 4 pixels, row by row: the base64 of 48 bytes of red, green and blue. */
  preview?: string | undefined;
}

/** A message as it is now. */
export interface MessageEntry extends EntryBase {
  kind: "message";
  /** Empty once it is deleted, or where files say enough. */
  text: string;
  files?: FileFacts[] | undefined;
  /** The `seq` of the message that this one answers, and that message as it is now. */
  replyTo?: number | undefined;
  quote?: Quote | undefined;
  /** Ids of the people who are mentioned. */
  mentions?: string[] | undefined;
  editedAt?: number | undefined;
  deletedAt?: number | undefined;
  /** Ids of people by emoji. */
  reactions?: Record<string, string[]> | undefined;
  /** Raised by each change; of two states of a message the one with the higher `rev` is newer. */
  rev?: number | undefined;
}

export interface Quote {
  author: User;
  /** The beginning of the text; empty once it is deleted. */
  text: string;
  deletedAt?: number | undefined;
}

/** A change of a message, and the message as it is now. */
export interface ChangeEntry extends EntryBase {
  kind: "edit" | "delete" | "react";
  /** `seq` of the message. */
  of: number;
  message: MessageEntry;
}

/** Who is online in a room; `users` is absent above `MAX_NAMED_PEOPLE`. */
export interface Online {
  count: number;
  users?: User[] | undefined;
}

/** A session of one's own, as in a list of devices. */
export interface SessionFacts {
  id: string;
  /** The `User-Agent` with which it began. */
  device: string;
  /** ms since the epoch, to the day; now for a session that is connected. */
  seenAt: number;
  /** Whether it is that of this connection. */
  current: boolean;
}

export interface Session {
  v: 1;
  user: User;
  /** For a new guest, another device, or a sign-in: the token with which the same person returns. */
  token?: string | undefined;
  /** Whether the person has signed in with an account, rather than being a guest. */
  account?: boolean | undefined;
  rooms: Room[];
  /** Ids of further rooms of the person, which follow as events `room`: they could not be read now. */
  late?: readonly string[];
}
