import { LOBBY } from "../../../protocol/rooms.ts";

/** The room of an address `/#<room>` or `/#<room>/<seq>`; the lobby if it names none. */
export function roomOfHash(hash: string): string {
  const [room = ""] = hash.replace(/^#/, "").split("/");
  return room === "" ? LOBBY : room;
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
