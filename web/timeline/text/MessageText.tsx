import { memo } from "react";
import { Blocks } from "./Blocks.tsx";
import { isEmojiOnly } from "./emoji-only.ts";
import styles from "./MessageText.module.css";
import { parse } from "./parse.ts";

interface Props {
  text: string;
  edited: boolean;
}

/** A message's text: its markdown as elements, and nothing of it as HTML. */
export const MessageText = memo(function MessageText({ text, edited }: Props) {
  return (
    <div className={styles.text} data-large={isEmojiOnly(text)} dir="auto">
      <Blocks blocks={parse(text)} end={edited && <small> (edited)</small>} />
    </div>
  );
});
