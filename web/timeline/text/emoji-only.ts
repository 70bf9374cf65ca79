/** More of them are a text, and are as large as one. */
const MAX_LARGE = 6;

/** Pictures and flags, with what joins and colours them. (`\p{RGI_Emoji}` is slow to set up.) */
const emoji =
  /^(?:\p{Extended_Pictographic}|\p{RI}\p{RI}|\p{Emoji_Modifier}|[\u200d\ufe0f\u{e0020}-\u{e007f}]|\s)+$/u;
const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Whether a text is a few emoji and nothing else, which are shown larger. */
export function isEmojiOnly(text: string): boolean {
  if (text.length > 100 || !emoji.test(text)) return false;
  const count = [...graphemes.segment(text)].filter(({ segment }) => segment.trim() !== "").length;
  return count > 0 && count <= MAX_LARGE;
}
