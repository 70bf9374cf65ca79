/** Texts as people count and compare them, for both ends of the wire. */

/** A text's characters as the limits count them: code points, so that 😀 is one and not two. */
export function charactersOf(text: string): string[] {
  return Array.from(text);
}

/** The beginning of a text, which never ends within a character. */
export function cut(text: string, length: number): string {
  return charactersOf(text).slice(0, length).join("");
}

/** Marks, and the two of halfwidth Katakana, which are letters but normalise to marks. */
const LONG_RUN = /[\p{M}\uFF9E\uFF9F]{31}/u;

/**
 * Whether a text has at most 30 marks in a row, as Unicode's stream-safe form (UAX #15). No language
 * needs more, and normalising orders a run of marks in quadratic time.
 */
export function isStreamSafe(text: string): boolean {
  // A character with its own marks can come before the run. Only a text without long runs is decomposed.
  return !LONG_RUN.test(text) && !LONG_RUN.test(text.normalize("NFKD"));
}

/** A text for searching: without case, accents and styles, so that "Ｃａｆé" is "cafe". */
export function fold(text: string): string {
  return unaccented(text).toLowerCase();
}

/** A text without accents and styles. */
export function unaccented(text: string): string {
  // Without its marks first: older texts may hold long runs of them.
  return text.replace(/\p{M}/gu, "").normalize("NFKD").replace(/\p{M}/gu, "");
}
