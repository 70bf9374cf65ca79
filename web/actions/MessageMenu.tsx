import {
  Copy,
  Link,
  type LucideIcon,
  Mail,
  Pencil,
  Reply,
  SmilePlus,
  TextSelect,
  Trash2,
} from "lucide-react";
import { type KeyboardEvent, useEffect } from "react";
import type { MessageEntry } from "../../protocol/model.ts";
import { messageAt, shownLog } from "../chat/log/room-log.ts";
import { nameOf } from "../chat/people/names.ts";
import { hashOf } from "../chat/rooms/address.ts";
import { ownsRoom } from "../chat/rooms/known-rooms.ts";
import type { DialogOf, Place } from "../chat/state.ts";
import { useChat, useChatState } from "../context.ts";
import { copyText } from "../dialogs/CopyLink.tsx";
import { DialogFrame } from "../dialogs/DialogFrame.tsx";
import { hasKeyboard } from "../focus.ts";
import { MenuItem } from "../IconButton.tsx";
import { excerpt } from "../markdown/parse.ts";
import { words } from "../words.ts";
import { QuickReactions } from "./MessageActions.tsx";
import styles from "./MessageMenu.module.css";

/** A message's menu: beside its toolbar, or on a touch screen a sheet with all actions. */
export function MessageMenu({ room, seq, beside }: DialogOf<"message">) {
  const chat = useChat();
  const entry = useChatState((state) => messageAt(shownLog(state.views[room]), seq));
  const gone = entry === undefined || entry.deletedAt !== undefined;
  useEffect(() => {
    if (gone) chat.closeDialog();
  }, [chat, gone]);
  return (
    !gone && (
      <DialogFrame title={words.actions.title} beside={beside} width={220} bare>
        <Actions entry={entry} beside={beside} />
      </DialogFrame>
    )
  );
}

function Actions({ entry, beside }: { entry: MessageEntry; beside: Place }) {
  const chat = useChat();
  const { room, seq, author, text } = entry;
  const own = useChatState((state) => state.user?.id === author.id);
  const owns = useChatState((state) => ownsRoom(state, room));
  const name = useChatState((state) => nameOf(state, author));
  const touch = !hasKeyboard();

  const copy = (copied: string) => copyText(chat, copied);
  const item = (icon: LucideIcon, label: string, act: () => unknown) => (
    <MenuItem
      icon={icon}
      label={label}
      act={() => {
        chat.closeDialog();
        act();
      }}
    />
  );
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the buttons in it have the focus
    <div className={`menu ${styles.menu}`} onKeyDown={moveFocus}>
      {touch && (
        <>
          <p className={`cut hint ${styles.message}`}>
            <strong>{name}</strong> {excerpt(text)}
          </p>
          <p className={styles.quick}>
            <QuickReactions entry={entry} count={6} done={chat.closeDialog} />
          </p>
          {item(SmilePlus, words.actions.moreReactions, () =>
            chat.showDialog({ kind: "emoji", room, seq, beside }),
          )}
          {item(Reply, words.actions.reply, () => chat.reply(room, seq))}
        </>
      )}
      {own && item(Pencil, words.actions.edit, () => chat.startEditing(room, seq))}
      {item(Copy, words.actions.copyText, () => copy(text))}
      {touch && item(TextSelect, words.actions.selectText, () => selectText(seq))}
      {item(Link, words.actions.copyLink, () =>
        copy(new URL(hashOf({ room, seq }), location.href).href),
      )}
      {item(Mail, words.actions.markUnread, () => chat.markUnread(room, seq))}
      {(own || owns) && item(Trash2, words.timeline.delete, () => chat.deleteMessage(room, seq))}
    </div>
  );
}

/** The arrow keys move the focus from button to button. */
function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (step === 0) return;
  const all = [...event.currentTarget.querySelectorAll("button")];
  const { activeElement } = document;
  const from = activeElement instanceof HTMLButtonElement ? all.indexOf(activeElement) : 0;
  all.at((from + step) % all.length)?.focus();
  event.preventDefault();
}

/** Selects a message's text. On touch it can be selected only so, since a long press shows the menu. */
function selectText(seq: number): void {
  const text = document.querySelector<HTMLElement>(`[data-seq="${seq}"] > div[dir]`);
  const selection = getSelection();
  if (text === null || selection === null) return;
  text.style.setProperty("user-select", "text");
  text.style.setProperty("-webkit-user-select", "text");
  selection.selectAllChildren(text);
  document.addEventListener("selectionchange", function changed() {
    if (!selection.isCollapsed) return;
    text.removeAttribute("style");
    document.removeEventListener("selectionchange", changed);
  });
}
