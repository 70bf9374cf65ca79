const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** One or two letters that stand for a name: those of its first and last word. */
export function initialsOf(name: string): string {
  const words = name.split(/[\s\-_.]+/).filter((word) => word !== "");
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words;
  return ends.map((word = "") => firstOf(word).toLocaleUpperCase()).join("");
}

function firstOf(word: string): string {
  const [letter] = /^[a-z](?!\p{M})/iu.exec(word) ?? [];
  if (letter !== undefined) return letter;
  for (const { segment } of graphemes.segment(word)) return segment;
  return "";
}
