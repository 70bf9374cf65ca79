import type { EmojiData } from "frimousse";

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

/** emojibase's groups by number. Group 2 holds parts of emoji, such as skin tones. */
const groups = [
  "Smileys and emotion",
  "People and body",
  undefined,
  "Animals and nature",
  "Food and drink",
  "Travel and places",
  "Activities",
  "Objects",
  "Symbols",
  "Flags",
];

/** All emoji, from the site's own files. */
export async function emojiData(): Promise<EmojiData> {
  const all: readonly Known[] = (await import("emojibase-data/en/data.json")).default;
  return {
    locale: "en",
    categories: groups.flatMap((label, index) => (label === undefined ? [] : { index, label })),
    skinTones: {
      light: "Light",
      "medium-light": "Medium light",
      medium: "Medium",
      "medium-dark": "Medium dark",
      dark: "Dark",
    },
    emojis: all.flatMap(({ emoji, label, group, version, tags = [] }) =>
      group === undefined || groups[group] === undefined || version > NEWEST_VERSION
        ? []
        : { emoji, label, category: group, version, tags },
    ),
  };
}
