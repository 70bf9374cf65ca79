import { MAX_NAME_LENGTH } from "../../../protocol/limits.ts";
import { isReserved, LOBBY } from "../../../protocol/rooms.ts";
import { attempt } from "../storage/local-storage.ts";

/** Where an address leads: to a room, or to a message in it; `invite` is the code of an invitation. */
export interface Destination {
  room: string;
  seq?: number | undefined;
  invite?: string | undefined;
  /** Whether no link leads there: it was open last. */
  isLast?: boolean;
}

/** Reads `/#<room>`, `/#<room>/<seq>` or `/#<room>?invite=<code>`; the lobby if it names no room. */
export function destinationOf(hash: string): Destination {
  const [path = "", query] = hash.replace(/^#/, "").split("?");
  const [room = "", seq = ""] = path.split("/");
  return {
    room: (attempt(() => decodeURIComponent(room)) ?? room) || LOBBY,
    seq: /^[1-9]\d{0,14}$/.test(seq) ? Number(seq) : undefined,
    invite: new URLSearchParams(query).get("invite") ?? undefined,
  };
}

export function hashOf({ room, seq, invite }: Destination): string {
  const message = seq === undefined ? "" : `/${seq}`;
  return `#${room}${message}${invite === undefined ? "" : `?invite=${invite}`}`;
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
