import { roomName } from "../people/names.ts";
import { unreadInAll } from "../rooms/unread.ts";
import type { ChatState } from "../store.ts";

/** The page's title: how much is unread, and the room that is open. */
export function titleOf(state: ChatState): string {
  if (state.phase === "joining" || state.open === "") return "Natter";
  const unread = unreadInAll(state);
  const name = roomName(state.rooms[state.open], state.open, state.user);
  return `${unread > 0 ? `(${unread}) ` : ""}${name} · Natter`;
}
