/** What the events carry. */

/** A person. The id is made by the server and lasts; the name is the person's choice. */
export interface User {
  id: string;
  name: string;
}

export type RoomKind = "public" | "private" | "direct";

/** A room as one person sees it. */
export interface Room {
  id: string;
  name: string;
  kind: RoomKind;
  topic?: string;
  /** `seq` of the newest entry, 0 while there is none. */
  head: number;
  /** Messages of others since the person's read mark. */
  unread: number;
  mentions: number;
}

/** An entry of a room's log: `seq` 1, 2, 3, … without holes. */
export interface Entry {
  room: string;
  seq: number;
  kind: "message";
  /** The client's UUID of the message. */
  id: string;
  author: User;
  /** ms since the epoch, set by the server, strictly increasing in a room. */
  at: number;
  text: string;
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
