import { useEffect } from "react";
import type { Chat } from "../chat/chat.ts";
import { neighbour } from "../chat/rooms/room-order.ts";
import { useChat } from "../context.ts";
import { focusComposer, focusLatestMessage } from "../focus.ts";

/** By this time the page itself has loaded. */
const PRELOAD_MS = 3_000;

/** The keys that work wherever the focus is. */
export function useShortcuts(): void {
  const chat = useChat();
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      if (act(chat, event)) event.preventDefault();
    };
    const ahead = (event: KeyboardEvent) => typeAhead(chat, event);
    document.addEventListener("keydown", ahead, { capture: true });
    document.addEventListener("keydown", pressed);
    // Loaded early, so that the search opens at once.
    const soon = setTimeout(() => {
      // If this fails, it loads when it is opened.
      import("../search/Search.tsx").catch(() => undefined);
    }, PRELOAD_MS);
    return () => {
      clearTimeout(soon);
      document.removeEventListener("keydown", ahead, { capture: true });
      document.removeEventListener("keydown", pressed);
    };
  }, [chat]);
}

/** While the search is being loaded, what is typed is for its field: the composer must not take it. */
function typeAhead(chat: Chat, event: KeyboardEvent): void {
  const { dialog } = chat.store.getState();
  if (dialog?.kind !== "search" || document.querySelector("dialog[open]")) return;
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  event.stopPropagation();
  const { key } = event;
  if (key === "Escape") chat.closeDialog();
  else if (key.length === 1) chat.showDialog({ ...dialog, typed: (dialog.typed ?? "") + key });
}

/** @returns whether the key was a shortcut */
function act(chat: Chat, event: KeyboardEvent): boolean {
  const { key, altKey, ctrlKey, metaKey, shiftKey, target } = event;
  const { open, rooms, mine, dialog, drafts, editing } = chat.store.getState();
  if ((ctrlKey || metaKey) && !altKey && key.toLowerCase() === "k") {
    if (dialog?.kind === "search") chat.closeDialog();
    else chat.showDialog({ kind: "search" });
    return true;
  }
  if (dialog) return false;
  if (altKey && !ctrlKey && !metaKey && (key === "ArrowUp" || key === "ArrowDown")) {
    const step = key === "ArrowUp" ? -1 : 1;
    chat.openRoom(
      neighbour(rooms, mine, open, step, shiftKey ? ({ unread }) => unread > 0 : undefined),
    );
    return true;
  }
  if (key === "F6") {
    const inLog = target instanceof Element && target.closest("[role=log]") !== null;
    if (inLog) focusComposer();
    else focusLatestMessage();
    return true;
  }
  if (isField(target) || document.querySelector(":popover-open")) return false;
  if (key === "?" && !editing && !drafts[open]?.text) {
    chat.showDialog({ kind: "shortcuts" });
    return true;
  }
  // What is typed after a click elsewhere goes on in the composer.
  const isText = key.length === 1 && !altKey && !ctrlKey && !metaKey;
  if (isText && !(key === " " && takesSpace(target))) focusComposer();
  return false;
}

/** Whether the space key scrolls, clicks or plays there. */
function takesSpace(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches("button, a, pre, audio, video, [role=log]");
}

/** Whether the target takes text, of which `?` is then a part, even in an empty composer. */
function isField(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}
