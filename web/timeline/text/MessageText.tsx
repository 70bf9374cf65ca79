import { memo } from "react";
import { parse } from "../../markdown/parse.ts";
import { markMentions } from "../../mentions/mark.ts";
import { Blocks } from "./Blocks.tsx";
import { isEmojiOnly } from "./emoji-only.ts";
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
