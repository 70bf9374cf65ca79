import { Copy, Link, type LucideIcon, Mail, Pencil, Reply, SmilePlus, Trash2 } from "lucide-react";
import type { MouseEvent } from "react";
import type { MessageEntry } from "../../protocol/model.ts";
import { hashOfMessage } from "../chat/rooms/address.ts";
import { ownsRoom } from "../chat/rooms/known-rooms.ts";
import { useChat, useChatState } from "../context.ts";
import { keepFocusInRow } from "../focus.ts";
import { words } from "../words.ts";
import styles from "./MessageActions.module.css";

/** The toolbar of a message. */
export function MessageActions({ entry }: { entry: MessageEntry }) {
  const chat = useChat();
  const { room, seq, author } = entry;
  const own = useChatState((state) => state.user?.id === author.id);
  const owns = useChatState((state) => ownsRoom(state, room));
  if (entry.deletedAt !== undefined) return null;

  async function copy(text: string): Promise<void> {
    try {
      // Only secure contexts have a clipboard.
      await navigator.clipboard.writeText(text);
    } catch {
      chat.report(words.actions.cannotCopy);
    }
  }
  const copyLink = () => copy(new URL(hashOfMessage(room, seq), location.href).href);
  return (
    <div className={styles.actions} role="toolbar" aria-label={words.actions.title}>
      <Action
        icon={SmilePlus}
        label={words.actions.react}
        act={() => chat.showDialog({ kind: "emoji", room, seq })}
      />
      <Action icon={Reply} label={words.actions.reply} act={() => chat.reply(room, seq)} />
      {own && (
        <Action icon={Pencil} label={words.actions.edit} act={() => chat.startEditing(room, seq)} />
      )}
      <Action icon={Link} label={words.actions.copyLink} act={() => void copyLink()} />
      <Action icon={Copy} label={words.actions.copyText} act={() => void copy(entry.text)} />
      <Action icon={Mail} label={words.actions.markUnread} act={() => chat.markUnread(room, seq)} />
      {(own || owns) && (
        <Action
          icon={Trash2}
          label={words.timeline.delete}
          act={(event) => {
            chat.deleteMessage(room, seq);
            keepFocusInRow(event);
          }}
        />
      )}
    </div>
  );
}

interface ActionProps {
  icon: LucideIcon;
  label: string;
  act: (event: MouseEvent<HTMLElement>) => void;
}

function Action({ icon: Icon, label, act }: ActionProps) {
  return (
    <button type="button" className="quiet icon" title={label} aria-label={label} onClick={act}>
      <Icon size={18} aria-hidden="true" />
    </button>
  );
}
