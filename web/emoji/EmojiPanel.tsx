import { useEffect, useMemo, useState } from "react";
import { MAX_QUERY_LENGTH } from "../../protocol/limits.ts";
import type { Place } from "../chat/state.ts";
import { useChat } from "../context.ts";
import { DialogFrame } from "../dialogs/DialogFrame.tsx";
import { Options, useOptions } from "../dialogs/Options.tsx";
import { hasKeyboard, isComposing, typeIntoComposer } from "../focus.ts";
import { words } from "../words.ts";
import styles from "./EmojiPanel.module.css";
import { allEmoji, type Emoji, findEmoji } from "./emoji.ts";
import { noteUse, setSkinTone, skinTone, toned, usualEmoji } from "./usual.ts";

/** The signs of what is used often and of Unicode's groups, which are numbered from 0. */
const OFTEN = -1;
const signs = ["🕘", "😀", "👋", "", "🐻", "🍎", "🚗", "⚽", "💡", "🔣", "🏁"];

/** How many emoji that are used often are offered. */
const OFTEN_SHOWN = 48;

/** Of the panel and of an emoji in it, in px. */
const WIDTH = 352;
const SIZE = hasKeyboard() ? 36 : 44;
const SPACE = 24;

interface Props {
  /** The message to react to. Without one, the emoji goes into the text. */
  room: string;
  seq?: number | undefined;
  beside?: Place | undefined;
}

/** Offers emoji by group and by name. With Shift it stays open for more. */
export function EmojiPanel({ room, seq, beside }: Props) {
  const chat = useChat();
  const [all, setAll] = useState<readonly Emoji[]>();
  const [failed, setFailed] = useState(false);
  const [query, setQuery] = useState("");
  const [group, setGroup] = useState(OFTEN);
  const [tone, setTone] = useState(skinTone);
  const [often] = useState(() => usualEmoji(OFTEN_SHOWN));
  // A narrow window has the panel in its whole width.
  const width = innerWidth < 640 ? innerWidth : WIDTH;
  const columns = Math.floor((width - SPACE) / SIZE);

  useEffect(() => {
    allEmoji().then(setAll, () => setFailed(true));
  }, []);

  const shown = useMemo(() => {
    const known = all ?? [];
    if (query.trim() !== "") return findEmoji(known, query).map((one) => inTone(one, tone));
    if (group !== OFTEN) {
      return known.filter((one) => one.group === group).map((one) => inTone(one, tone));
    }
    const labels = new Map(known.map(({ emoji, label }) => [emoji, label]));
    return often.map((emoji) => ({ key: emoji, label: labels.get(emoji) ?? emoji }));
  }, [all, often, query, group, tone]);

  function pick({ key: emoji }: { key: string }, more: boolean) {
    noteUse(emoji);
    if (seq === undefined) typeIntoComposer(emoji);
    else chat.react(room, seq, emoji, true);
    if (!more) chat.closeDialog();
  }

  const choice = useOptions(`${group} ${query}`, shown, pick, { columns });
  const title = seq === undefined ? words.composer.emoji : words.actions.react;
  return (
    <DialogFrame title={title} beside={beside} width={WIDTH} bare>
      <div className={styles.panel} style={{ "--columns": columns }}>
        <input
          type="text"
          role="combobox"
          aria-label={words.emoji.find}
          aria-expanded={shown.length > 0}
          {...choice.field}
          placeholder={words.emoji.find}
          maxLength={MAX_QUERY_LENGTH}
          autoComplete="off"
          value={query}
          onInput={(event) => setQuery(event.currentTarget.value)}
          onKeyDown={(event) => isComposing(event) || choice.keyDown(event)}
        />
        <p className={styles.groups}>
          {signs.map((sign, index) => {
            const label = words.emoji.groups[index];
            return (
              label && (
                <button
                  key={label}
                  type="button"
                  className="quiet"
                  title={label}
                  aria-label={label}
                  aria-pressed={query === "" && group === index - 1}
                  onClick={() => {
                    setGroup(index - 1);
                    setQuery("");
                  }}
                >
                  {sign}
                </button>
              )
            );
          })}
        </p>
        <div className={styles.shown}>
          <Options
            {...choice}
            label={title}
            options={shown}
            pick={pick}
            className={styles.grid}
            show={({ key: emoji, label }) => (
              <span role="img" aria-label={label} title={label}>
                {emoji}
              </span>
            )}
          />
          <p role="status">
            {failed
              ? words.page.dialogMissing
              : all && shown.length === 0 && words.emoji.nothing(query)}
          </p>
        </div>
        <div className={styles.foot}>
          <span aria-hidden="true">{shown[choice.active]?.label}</span>
          {words.emoji.skinTones.map((label, index) => (
            <button
              key={label}
              type="button"
              className="quiet"
              title={label}
              aria-label={label}
              aria-pressed={tone === index}
              onClick={() => {
                setTone(index);
                setSkinTone(index);
              }}
            >
              {toned("✋", index)}
            </button>
          ))}
        </div>
      </div>
    </DialogFrame>
  );
}

function inTone({ emoji, label, hasTones }: Emoji, tone: number): { key: string; label: string } {
  return { key: hasTones ? toned(emoji, tone) : emoji, label };
}
