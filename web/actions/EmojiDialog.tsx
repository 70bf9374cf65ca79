import { EmojiPicker, type EmojiPickerListComponents } from "frimousse";
import { useChat } from "../context.ts";
import { DialogFrame } from "../dialogs/DialogFrame.tsx";
import { typeIntoComposer } from "../focus.ts";
import { words } from "../words.ts";
import styles from "./EmojiDialog.module.css";
import { emojiData } from "./emoji-data.ts";

/** Offered before anything is searched for. */
const USUAL = ["👍", "❤️", "😂", "🎉", "😮", "🙏"];

const components: Partial<EmojiPickerListComponents> = {
  CategoryHeader: ({ category, ...props }) => (
    <div {...props} className={styles.category}>
      {category.label}
    </div>
  ),
  Row: ({ children, ...props }) => (
    <div {...counted(props)} className={styles.row}>
      {children}
    </div>
  ),
  Emoji: ({ emoji, ...props }) => (
    <button {...counted(props)} className={styles.emoji} data-active={emoji.isActive}>
      {emoji.emoji}
    </button>
  ),
};

/** ARIA counts rows and columns from 1, frimousse from 0. */
function counted<P extends object>(props: P): P {
  const shifted = { ...props };
  for (const name of ["aria-rowindex", "aria-colindex"]) {
    if (name in props) Object.assign(shifted, { [name]: Number(Reflect.get(props, name)) + 1 });
  }
  return shifted;
}

interface Props {
  room: string;
  /** The message to react to. Without one, the emoji goes into the draft. */
  seq?: number | undefined;
}

export function EmojiDialog({ room, seq }: Props) {
  const chat = useChat();

  function pick(emoji: string) {
    if (seq === undefined) typeIntoComposer(emoji);
    else chat.react(room, seq, emoji, true);
    chat.closeDialog();
  }

  return (
    <DialogFrame title={seq === undefined ? words.composer.emoji : words.actions.react}>
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
            aria-label={words.emoji.find}
            placeholder={words.emoji.find}
          />
          <EmojiPicker.Viewport className={styles.viewport}>
            <EmojiPicker.Loading className={styles.note}>{words.emoji.loading}</EmojiPicker.Loading>
            <EmojiPicker.Empty>
              {({ search }) => <span className={styles.note}>{words.emoji.nothing(search)}</span>}
            </EmojiPicker.Empty>
            <EmojiPicker.List className={styles.list} components={components} />
          </EmojiPicker.Viewport>
        </EmojiPicker.Root>
      </div>
    </DialogFrame>
  );
}
