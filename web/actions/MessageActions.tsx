import { Ellipsis, Reply, SmilePlus } from "lucide-react";
import { useState } from "react";
import type { MessageEntry } from "../../protocol/model.ts";
import { useChat, useChatState } from "../context.ts";
import { noteUse, usualEmoji } from "../emoji/usual.ts";
import { words } from "../words.ts";
import styles from "./MessageActions.module.css";

/** The toolbar of a message, beside its text. */
export function MessageActions({ entry }: { entry: MessageEntry }) {
  const chat = useChat();
  const { room, seq } = entry;
  if (entry.deletedAt !== undefined) return null;
  return (
    <div className={styles.actions} role="toolbar" aria-label={words.actions.title}>
      <QuickReactions entry={entry} count={3} />
      <button
        type="button"
        className="quiet icon"
        title={words.actions.react}
        aria-label={words.actions.react}
        onClick={({ currentTarget }) => {
          const beside = currentTarget.getBoundingClientRect();
          chat.showDialog({ kind: "emoji", room, seq, beside });
        }}
      >
        <SmilePlus size={18} aria-hidden="true" />
      </button>
      <button
        type="button"
        className="quiet icon"
        title={words.actions.reply}
        aria-label={words.actions.reply}
        onClick={() => chat.reply(room, seq)}
      >
        <Reply size={18} aria-hidden="true" />
      </button>
      <button
        type="button"
        className="quiet icon"
        title={words.actions.more}
        aria-label={words.actions.more}
        aria-haspopup="dialog"
        onClick={({ currentTarget }) => {
          const beside = currentTarget.getBoundingClientRect();
          chat.showDialog({ kind: "message", room, seq, beside });
        }}
      >
        <Ellipsis size={18} aria-hidden="true" />
      </button>
    </div>
  );
}

interface QuickProps {
  entry: MessageEntry;
  count: number;
  /** After one was added or taken back. */
  done?: () => void;
}

/** The emoji that this person uses most, each of which adds a reaction or takes it back. */
export function QuickReactions({ entry, count, done }: QuickProps) {
  const { room, seq, reactions = {} } = entry;
  const chat = useChat();
  const me = useChatState((state) => state.user?.id ?? "");
  // They stay in their places while the message is pointed at.
  const [quick] = useState(() => usualEmoji(count));
  return quick.map((emoji) => {
    const mine = reactions[emoji]?.includes(me) ?? false;
    return (
      <button
        key={emoji}
        type="button"
        className={`quiet icon ${styles.emoji}`}
        aria-pressed={mine}
        onClick={() => {
          if (!mine) noteUse(emoji);
          chat.react(room, seq, emoji, !mine);
          done?.();
        }}
      >
        {emoji}
      </button>
    );
  });
}
