/** More of them are a text, and are as large as one. */
const MAX_LARGE = 6;

const emoji = /\p{RGI_Emoji}/gv;

/** Whether a text is a few emoji and nothing else, which are shown larger. */
export function isEmojiOnly(text: string): boolean {
  if (text.length > 100) return false;
  const count = text.match(emoji)?.length ?? 0;
  return count > 0 && count <= MAX_LARGE && text.replace(emoji, "").trim() === "";
}
