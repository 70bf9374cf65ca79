import { Ellipsis, Reply, SmilePlus } from "lucide-react";
import { useState } from "react";
import type { MessageEntry } from "../../protocol/model.ts";
import { useChat, useChatState } from "../context.ts";
import { noteUse, usualEmoji } from "../emoji/usual.ts";
import { placeOf } from "../focus.ts";
import { IconButton } from "../IconButton.tsx";
import { words } from "../words.ts";
import styles from "./MessageActions.module.css";

/** The toolbar of a message, beside its text. */
export function MessageActions({ entry }: { entry: MessageEntry }) {
  const chat = useChat();
  const { room, seq } = entry;
  const { title, react, reply, more } = words.actions;
  if (entry.deletedAt !== undefined) return null;
  return (
    <div className={`comes ${styles.actions}`} role="toolbar" aria-label={title}>
      <QuickReactions entry={entry} count={3} />
      <IconButton
        icon={SmilePlus}
        label={react}
        act={(event) => chat.showDialog({ kind: "emoji", room, seq, beside: placeOf(event) })}
      />
      <IconButton icon={Reply} label={reply} act={() => chat.reply(room, seq)} />
      <IconButton
        icon={Ellipsis}
        label={more}
        act={(event) => chat.showDialog({ kind: "message", room, seq, beside: placeOf(event) })}
      />
    </div>
  );
}

/** The emoji that this person uses most, each of which adds a reaction or takes it back. */
export function QuickReactions(props: { entry: MessageEntry; count: number; done?: () => void }) {
  const { entry, count, done } = props;
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
