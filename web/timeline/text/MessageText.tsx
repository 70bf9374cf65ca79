import { memo } from "react";
import { parse } from "../../markdown/parse.ts";
import { markMentions } from "../../mentions/mark.ts";
import { Blocks } from "./Blocks.tsx";
import styles from "./MessageText.module.css";

interface Props {
  text: string;
  edited: boolean;
  /** The names that it mentions, a line each. */
  mentioned: string;
}

/** A message's text: its markdown as elements, and nothing of it as HTML. */
export const MessageText = memo(function MessageText(props: Props) {
  const { text, edited, mentioned } = props;
  const blocks = markMentions(parse(text), mentioned === "" ? [] : mentioned.split("\n"));
  return (
    <div className={styles.text} data-large={isEmojiOnly(text)} dir="auto">
      <Blocks blocks={blocks} end={edited && <small> (edited)</small>} />
    </div>
  );
});

/** More of them are a text, and are as large as one. */
const MAX_LARGE = 6;

/** Pictures and flags, with what joins and colours them. (`\p{RGI_Emoji}` is slow to set up.) */
const emoji =
  /^(?:\p{Extended_Pictographic}|\p{RI}\p{RI}|\p{Emoji_Modifier}|[\u200d\ufe0f\u{e0020}-\u{e007f}]|\s)+$/u;
const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Whether a text is a few emoji and nothing else, which are shown larger. */
function isEmojiOnly(text: string): boolean {
  if (text.length > 100 || !emoji.test(text)) return false;
  const count = [...graphemes.segment(text)].filter(({ segment }) => segment.trim() !== "").length;
  return count > 0 && count <= MAX_LARGE;
}
