import { type ReactNode, useMemo, useState } from "react";
import type { DialogOf } from "../chat/state.ts";
import { useChat } from "../context.ts";
import { Combobox } from "../dialogs/Combobox.tsx";
import { DialogFrame } from "../dialogs/DialogFrame.tsx";
import { hasKeyboard, typeIntoComposer } from "../focus.ts";
import { useAnswer } from "../useAnswer.ts";
import { words } from "../words.ts";
import styles from "./EmojiPanel.module.css";
import { allEmoji, findEmoji } from "./emoji.ts";
import { noteUse, setSkinTone, skinTone, toned, usualEmoji } from "./usual.ts";

/** The signs of what is used often, and of Unicode's groups. */
const signs = ["🕘", "😀", "👋", "", "🐻", "🍎", "🚗", "⚽", "💡", "🔣", "🏁"];
const OFTEN_SHOWN = 48;

/** Of the panel, of the space in it, and of an emoji, in px. A narrow window gives its whole width. */
const WIDTH = 352;
const SPACE = 24;

/**
 * Offers emoji by group and by name, for the message `seq` or else for the text. With Shift it stays
 * open for more.
 */
export function EmojiPanel({ room, seq, beside }: DialogOf<"emoji">) {
  const chat = useChat();
  const { answer: all, problem } = useAnswer("", allEmoji);
  const [query, setQuery] = useState("");
  const [group, setGroup] = useState(0);
  const [tone, setTone] = useState(skinTone);
  const width = innerWidth < 640 ? innerWidth : WIDTH;

  const shown = useMemo(() => {
    const known = all ?? [];
    if (query.trim() === "" && group === 0) {
      const labels = new Map(known.map(({ emoji, label }) => [emoji, label]));
      return usualEmoji(OFTEN_SHOWN).map((key) => ({ key, label: labels.get(key) ?? key }));
    }
    const some =
      query.trim() === ""
        ? known.filter((one) => one.group === group - 1)
        : findEmoji(known, query);
    return some.map(({ emoji, label, hasTones }) => {
      return { key: hasTones ? toned(emoji, tone) : emoji, label };
    });
  }, [all, query, group, tone]);

  function pick({ key: emoji }: { key: string }, more: boolean) {
    noteUse(emoji);
    if (seq === undefined) typeIntoComposer(emoji);
    else chat.react(room, seq, emoji, true);
    if (!more) chat.closeDialog();
  }

  const nothing = all && shown.length === 0 ? words.emoji.nothing(query) : "";
  return (
    <DialogFrame
      title={seq === undefined ? words.composer.emoji : words.actions.react}
      beside={beside}
      width={WIDTH}
      bare
    >
      <Combobox
        palette
        label={words.emoji.find}
        hint={words.emoji.find}
        query={query}
        setQuery={setQuery}
        options={shown}
        columns={Math.floor((width - SPACE) / (hasKeyboard() ? 36 : 44))}
        list={words.emoji.groups[group] ?? ""}
        show={({ key, label }) => (
          <span role="img" aria-label={label} title={label}>
            {key}
          </span>
        )}
        pick={pick}
      >
        <p role="status" className={`hint ${styles.nothing}`}>
          {problem ? words.page.dialogMissing : nothing}
        </p>
        <Signs
          labels={words.emoji.groups}
          sign={(index) => signs[index]}
          chosen={query === "" ? group : undefined}
          choose={(index) => {
            setGroup(index);
            setQuery("");
          }}
        />
        <Signs
          labels={words.emoji.skinTones}
          sign={(index) => toned("✋", index)}
          chosen={tone}
          choose={(index) => {
            setTone(index);
            setSkinTone(index);
          }}
        />
      </Combobox>
    </DialogFrame>
  );
}

interface SignsProps {
  labels: readonly string[];
  sign: (index: number) => ReactNode;
  chosen: number | undefined;
  choose: (index: number) => void;
}

function Signs({ labels, sign, chosen, choose }: SignsProps) {
  const button = (label: string, index: number) => (
    <button
      key={label}
      type="button"
      className="quiet"
      title={label}
      aria-label={label}
      aria-pressed={chosen === index}
      onClick={() => choose(index)}
    >
      {sign(index)}
    </button>
  );
  return (
    <p className={styles.signs}>{labels.map((label, index) => label && button(label, index))}</p>
  );
}
