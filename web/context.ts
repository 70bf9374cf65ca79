import { createContext, useContext } from "react";
import { useStore } from "zustand";
import type { Chat } from "./chat/chat.ts";
import type { ChatState } from "./chat/store.ts";

export const ChatContext = createContext<Chat | undefined>(undefined);

/** What a person can do. */
export function useChat(): Chat {
  const chat = useContext(ChatContext);
  if (chat === undefined) throw new Error("There is no ChatContext around this component");
  return chat;
}

/** A part of the state; what `select` makes anew each time belongs into a `useMemo` after it. */
export function useChatState<T>(select: (state: ChatState) => T): T {
  return useStore(useChat().store, select);
}
