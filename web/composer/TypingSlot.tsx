import { typingSentence } from "../chat/people/typing.ts";
import { useChatState } from "../context.ts";
import styles from "./TypingSlot.module.css";

/** Who is typing: its place is there whether anybody is or not. */
export function TypingSlot({ room }: { room: string }) {
  const typing = useChatState((state) => state.typing[room]);
  const sentence = typingSentence((typing ?? []).map(({ name }) => name));
  return (
    <p className={styles.slot} data-typing={sentence !== ""}>
      {sentence}
    </p>
  );
}
