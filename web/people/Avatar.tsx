import type { User } from "../../protocol/model.ts";
import { nameOf } from "../chat/people/names.ts";
import { useChatState } from "../context.ts";
import styles from "./Avatar.module.css";
import { colourOf } from "./hue.ts";

interface Props {
  user: User;
  online?: boolean | undefined;
  /** The room in which this is shown, if it is in one. */
  room?: string;
}

/** A person's initials on their colour. The name stands beside it, so screen readers skip it. */
export function Avatar({ user, online, room }: Props) {
  const name = useChatState((state) => nameOf(state, user));
  return (
    <span
      className={`hued ${online === undefined ? "" : "dot"} ${styles.avatar}`}
      style={colourOf(user.id, room)}
      data-online={online}
      aria-hidden="true"
    >
      {initialsOf(name)}
    </span>
  );
}

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** One or two letters that stand for a name: those of its first and last word. */
function initialsOf(name: string): string {
  const words = name.split(/[\s\-_.]+/).filter((word) => word !== "");
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words;
  const firstOf = (word = "") => [...graphemes.segment(word)][0]?.segment ?? "";
  return ends.map((word) => firstOf(word).toLocaleUpperCase()).join("");
}
