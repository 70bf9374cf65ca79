/** A text for finding: without its case, accents and styles, so that "Ｃａｆé" is "cafe". */
export function fold(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}
