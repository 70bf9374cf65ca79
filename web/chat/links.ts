/** Everyone's room, and the one that is shown when the address names none. */
export const LOBBY = "lobby";

const MAX_ROOM_ID_LENGTH = 63;

/** The room of a link `/#<room>` or `/#<room>/<seq>`. */
export function roomOfHash(hash: string): string {
  const [room = ""] = hash.replace(/^#/, "").split("/");
  return room === "" ? LOBBY : room;
}

/** The `seq` of the message that a link names, if it names one. */
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

/** The room id that a typed name stands for; empty where nothing of the name can be in an id. */
export function roomIdOf(name: string): string {
  return name
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+/, "")
    .slice(0, MAX_ROOM_ID_LENGTH)
    .replace(/-+$/, "");
}
