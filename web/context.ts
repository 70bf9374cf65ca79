import { createContext, useContext, useSyncExternalStore } from "react";
import type { Chat } from "./chat/chat.ts";
import type { ChatState } from "./chat/state.ts";

export const ChatContext = createContext<Chat | undefined>(undefined);

/** The state, and what a person can do. */
export function useChat(): Chat {
  const chat = useContext(ChatContext);
  if (chat === undefined) throw new Error("There is no ChatContext around this component");
  return chat;
}

/** A part of the state. `select` must return what is in the state; derive from it in `useMemo`. */
export function useChatState<T>(select: (state: ChatState) => T): T {
  const { store } = useChat();
  return useSyncExternalStore(store.subscribe, () => select(store.getState()));
}
