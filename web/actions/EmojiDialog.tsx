import { EmojiPicker } from "frimousse";
import { useChat } from "../context.ts";
import { DialogFrame } from "../dialogs/DialogFrame.tsx";
import styles from "./EmojiDialog.module.css";
import { emojiData } from "./emoji-data.ts";

/** What is at hand before anything is looked for. */
const USUAL = ["👍", "❤️", "😂", "🎉", "😮", "🙏"];

interface Props {
  room: string;
  /** The message to react to; without one the emoji goes into the draft. */
  seq?: number | undefined;
}

export function EmojiDialog({ room, seq }: Props) {
  const chat = useChat();

  function pick(emoji: string) {
    if (seq === undefined) chat.addToDraft(room, emoji);
    else chat.react(room, seq, emoji, true);
    chat.closeDialog();
  }

  return (
    <DialogFrame title={seq === undefined ? "Emoji" : "React"}>
      <div className={styles.content}>
        <p className={styles.usual}>
          {USUAL.map((emoji) => (
            <button key={emoji} type="button" className="quiet" onClick={() => pick(emoji)}>
              {emoji}
            </button>
          ))}
        </p>
        <EmojiPicker.Root
          className={styles.picker}
          columns={8}
          resolveEmojiData={emojiData}
          onEmojiSelect={({ emoji }) => pick(emoji)}
        >
          <EmojiPicker.Search
            className={styles.search}
            aria-label="Find an emoji"
            placeholder="Find an emoji"
          />
          <EmojiPicker.Viewport className={styles.viewport}>
            <EmojiPicker.Loading className={styles.note}>Loading…</EmojiPicker.Loading>
            <EmojiPicker.Empty>
              {({ search }) => <span className={styles.note}>Nothing is called “{search}”.</span>}
            </EmojiPicker.Empty>
            <EmojiPicker.List
              className={styles.list}
              components={{
                CategoryHeader: ({ category, ...props }) => (
                  <div {...props} className={styles.category}>
                    {category.label}
                  </div>
                ),
                Row: ({ children, ...props }) => (
                  <div {...props} className={styles.row}>
                    {children}
                  </div>
                ),
                Emoji: ({ emoji, ...props }) => (
                  <button {...props} className={styles.emoji} data-active={emoji.isActive}>
                    {emoji.emoji}
                  </button>
                ),
              }}
            />
          </EmojiPicker.Viewport>
        </EmojiPicker.Root>
      </div>
    </DialogFrame>
  );
}
