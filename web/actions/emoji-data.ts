import type { EmojiData } from "frimousse";
import { words } from "../words.ts";

/** What the page uses of an entry of emojibase. */
interface Known {
  emoji: string;
  label: string;
  version: number;
  group?: number;
  tags?: string[];
}

/** Newer emoji are not drawn everywhere, and the server may not know them. */
const NEWEST_VERSION = 15;

/** All emoji, from the site's own files. */
export async function emojiData(): Promise<EmojiData> {
  const all: readonly Known[] = (await import("emojibase-data/en/data.json")).default;
  return {
    locale: "en",
    categories: words.emoji.groups.flatMap((label, index) =>
      label === undefined ? [] : { index, label },
    ),
    skinTones: words.emoji.skinTones,
    emojis: all.flatMap(({ emoji, label, group, version, tags = [] }) =>
      group === undefined || words.emoji.groups[group] === undefined || version > NEWEST_VERSION
        ? []
        : { emoji, label, category: group, version, tags },
    ),
  };
}
