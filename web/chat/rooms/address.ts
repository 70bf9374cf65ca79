import { MAX_NAME_LENGTH } from "../../../protocol/limits.ts";
import { isReserved, LOBBY } from "../../../protocol/rooms.ts";

/** The room of an address `/#<room>` or `/#<room>/<seq>`; the lobby if it names none. */
export function roomOfHash(hash: string): string {
  const [room = ""] = hash.replace(/^#/, "").split(/[/?]/);
  if (room === "") return LOBBY;
  try {
    return decodeURIComponent(room);
  } catch {
    return room;
  }
}

/** The code of an address `/#<room>?invite=<code>`. */
export function inviteOfHash(hash: string): string | undefined {
  return new URLSearchParams(hash.split("?")[1]).get("invite") ?? undefined;
}

export function hashOfInvitation(room: string, invite: string): string {
  return `#${room}?invite=${invite}`;
}

/** Somebody comes from another device, from the provider, or with an account that has a person. */
export type Arrival =
  | { readonly link: string; readonly name: string }
  | { readonly query: string }
  | { readonly token: string };

/** What an address brings: a link `/#?link=<code>&as=<name>`, or the answer of the provider. */
export function arrivalOf({ hash, search }: Location): Arrival | undefined {
  const query = new URLSearchParams(hash.startsWith("#?") ? hash.slice(2) : "");
  const link = query.get("link");
  if (link) return { link, name: query.get("as")?.slice(0, MAX_NAME_LENGTH) ?? "" };
  return new URLSearchParams(search).has("state") ? { query: search } : undefined;
}

export function hashOfLink(link: string, name: string): string {
  return `#?${new URLSearchParams({ link, as: name })}`;
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
