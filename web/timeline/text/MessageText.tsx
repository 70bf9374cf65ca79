import { memo } from "react";
import type { User } from "../../../protocol/model.ts";
import { type Part, parse } from "../../markdown/parse.ts";
import { words } from "../../words.ts";
import styles from "./MessageText.module.css";
import { Parts } from "./Parts.tsx";

interface Props {
  text: string;
  edited: boolean;
  /** The people whom it mentions. */
  mentioned?: readonly User[];
  room: string;
}

/** A message's text. Its Markdown becomes elements, never HTML. */
export const MessageText = memo(function MessageText(props: Props) {
  const { text, edited, mentioned, room } = props;
  const parts = parse(text, mentioned);
  return (
    <div className={styles.text} data-large={isEmojiOnly(text)} dir="auto">
      <Parts parts={edited ? asEdited(parts) : parts} room={room} />
    </div>
  );
});

/** Says behind the last word that the text was edited. */
function asEdited(parts: readonly Part[]): Part[] {
  const note: Part = { type: "small", parts: [words.timeline.edited] };
  const last = parts.at(-1);
  if (typeof last !== "object" || last.type !== "p")
    return [...parts, { type: "p", parts: [note] }];
  return [...parts.slice(0, -1), { ...last, parts: [...last.parts, " ", note] }];
}

/** More emoji than this have the size of text. */
const MAX_LARGE = 6;

/** Pictures and flags, with what joins and colours them. (`\p{RGI_Emoji}` is slow to compile.) */
const emoji =
  /^(?:\p{Extended_Pictographic}|\p{RI}\p{RI}|\p{Emoji_Modifier}|[\u200d\ufe0f\u{e0020}-\u{e007f}]|\s)+$/u;
const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Whether a text consists of a few emoji, which are shown larger. */
function isEmojiOnly(text: string): boolean {
  if (text.length > 100 || !emoji.test(text)) return false;
  const count = [...graphemes.segment(text)].filter(({ segment }) => segment.trim() !== "").length;
  return count > 0 && count <= MAX_LARGE;
}
