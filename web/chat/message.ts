import type { Entry, MessageEntry, Quote } from "../../protocol/model.ts";

/** Characters of a message that a quote of it shows. */
const QUOTE_LENGTH = 160;

/** Of two states of one entry the newer; the first where they are alike. */
export function newer<E extends Entry>(known: E, arrived: E): E {
  if (known.kind !== "message" || arrived.kind !== "message") return known;
  return (arrived.rev ?? 0) > (known.rev ?? 0) ? arrived : known;
}

/** What a message is quoted as. */
export function quoteOf({ author, text, deletedAt }: MessageEntry): Quote {
  if (deletedAt !== undefined) return { author, text: "", deletedAt };
  return { author, text: text.slice(0, QUOTE_LENGTH) };
}

/** Whether two quotes say the same; how much of a text they hold may differ. */
export function sameQuote(a: Quote, b: Quote): boolean {
  const shorter = Math.min(a.text.length, b.text.length);
  return (
    a.deletedAt === b.deletedAt &&
    a.author.name === b.author.name &&
    (shorter > 0 || a.text.length === b.text.length) &&
    a.text.slice(0, shorter) === b.text.slice(0, shorter)
  );
}
