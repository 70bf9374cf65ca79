/** Texts as people take them, for both ends of the wire. */

/** As the limits count them: by code point, so that an emoji of one is one, not the two of UTF-16. */
export function charactersOf(text: string): string[] {
  return Array.from(text);
}

/** The beginning of a text; no character is halved. */
export function cut(text: string, length: number): string {
  return charactersOf(text).slice(0, length).join("");
}

/** A text for finding: without its case, accents and styles, so that "Ｃａｆé" is "cafe". */
export function fold(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}
