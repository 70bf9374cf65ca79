import { isReserved, LOBBY } from "../../../protocol/rooms.ts";

/** The room of an address `/#<room>` or `/#<room>/<seq>`; the lobby if it names none. */
export function roomOfHash(hash: string): string {
  const [room = ""] = hash.replace(/^#/, "").split("/");
  if (room === "") return LOBBY;
  try {
    return decodeURIComponent(room);
  } catch {
    return room;
  }
}

/** Whether a public room could have this id. */
export function canBePublic(id: string): boolean {
  return /^[a-z0-9][a-z0-9-]{0,62}$/.test(id) && !isReserved(id);
}

/** The `seq` of the message that an address names, if it names one. */
export function messageOfHash(hash: string): number | undefined {
  const [, seq = ""] = hash.split("/");
  return /^[1-9]\d{0,14}$/.test(seq) ? Number(seq) : undefined;
}

export function hashOfRoom(room: string): string {
  return `#${room}`;
}

export function hashOfMessage(room: string, seq: number): string {
  return `#${room}/${seq}`;
}
