import { fold } from "../../protocol/text.ts";
import { load, once } from "../load.ts";
import type { CutEmoji } from "./cut.ts";

export interface Emoji {
  emoji: string;
  label: string;
  /** Unicode's number of its group. */
  group: number;
  /** What it is found by: words in lower case and without accents, each after a space. */
  words: string;
  /** What is typed between colons. */
  names: readonly string[];
  hasTones: boolean;
}

/** All emoji, which are loaded once. */
export const allEmoji = once(async () => {
  const { default: groups } = await load(() => import("virtual:emoji"));
  return readEmoji(groups);
});

export function readEmoji(groups: readonly CutEmoji[][]): Emoji[] {
  return groups.flatMap((all, group) =>
    all.map(([emoji, label, words, names, tones]) => ({
      ...{ emoji, label, group },
      words: fold(` ${label} ${words} ${names}`.replaceAll("_", " ")),
      names: names.split(" ").filter(Boolean),
      hasTones: tones === 1,
    })),
  );
}

/** The emoji that have a word which begins with the query; those first that have it early. */
export function findEmoji(all: readonly Emoji[], query: string): Emoji[] {
  const sought = ` ${fold(query.trim())}`;
  return all
    .map((one) => ({ one, at: one.words.indexOf(sought) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one);
}
