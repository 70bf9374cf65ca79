/** What the events carry. */

/** A person. The id is made by the server and lasts; the name is the person's choice. */
export interface User {
  id: string;
  name: string;
}

/** A person as one of a list. */
export interface Person extends User {
  online: boolean;
  role: "owner" | "member";
}

export type RoomKind = "public" | "private" | "direct";

/** What is the same of a room for everyone in it. Where there is no `topic` or `owner`, it has none. */
export interface RoomFacts {
  id: string;
  name: string;
  kind: RoomKind;
  topic?: string;
  /** The id of who may rename it and remove people; nobody owns the lobby and direct rooms. */
  owner?: string;
}

/** A room as one person sees it. A direct room has the other one's name. */
export interface Room extends RoomFacts {
  /** The two of a direct room. */
  users?: User[];
  /** `seq` of the newest entry, 0 while there is none; where one is no member, as `activeAt`. */
  head: number;
  /** Messages since the person's read mark, which a message of one's own moves to itself. */
  unread: number;
  /** Messages since the read mark that mention the person. */
  mentions: number;
  /** `seq` of the last entry that the person has read; absent where one is no member. */
  read?: number;
  /** People online and the newest entry's time (ms): of public rooms, as old as the last sweep. */
  online?: number;
  activeAt?: number;
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

/** A message as it is now. */
export interface MessageEntry extends EntryBase {
  kind: "message";
  /** Empty once it is deleted. */
  text: string;
  /** `seq` of the message that this one answers, and that message as it is now. */
  replyTo?: number;
  quote?: Quote;
  /** Ids of the people meant. */
  mentions?: string[];
  editedAt?: number;
  deletedAt?: number;
  /** Ids of people by emoji. */
  reactions?: Record<string, string[]>;
  /** Raised by each change; of two states of a message the one with the higher `rev` is newer. */
  rev?: number;
}

export interface Quote {
  author: User;
  /** The beginning of the text; empty once it is deleted. */
  text: string;
  deletedAt?: number;
}

/** A change of a message, which it carries as the message is now. */
export interface ChangeEntry extends EntryBase {
  kind: "edit" | "delete" | "react";
  /** `seq` of the message. */
  of: number;
  message: MessageEntry;
}

/** Who is online in a room; `users` is absent above `MAX_NAMED_PEOPLE`. */
export interface Online {
  count: number;
  users?: User[];
}

export interface Session {
  v: 1;
  user: User;
  /** Only a new guest gets one; it is the way back to the same person. */
  token?: string;
  rooms: Room[];
}
