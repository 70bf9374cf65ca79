import { words } from "../../words.ts";
import { nameOfRoom } from "../people/names.ts";
import type { ChatState } from "../state.ts";

/** The page's title: how many messages are unread, and the open room. */
export function titleOf(state: ChatState): string {
  if (state.phase === "joining") return "Natter";
  const unread = unreadInAll(state);
  const missing = state.views[state.open]?.status === "missing";
  const name = missing ? words.room.notFound : nameOfRoom(state, state.open);
  return `${unread > 0 ? `(${unread}) ` : ""}${name === "" ? "" : `${name} · `}Natter`;
}

/** The page's icon, which has a dot while something is unread. */
export function iconOf(state: ChatState): string {
  return unreadInAll(state) > 0 ? "/favicon-unread.svg" : "/favicon.svg";
}

export function unreadInAll({ rooms, mine }: ChatState): number {
  return [...mine].reduce((sum, id) => sum + (rooms[id]?.unread ?? 0), 0);
}
