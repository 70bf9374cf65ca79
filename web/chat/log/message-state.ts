import { QUOTE_LENGTH } from "../../../protocol/limits.ts";
import type { Entry, MessageEntry, Quote } from "../../../protocol/model.ts";
import { cut } from "../../../protocol/text.ts";

/** Of two states of one entry the newer; the first where they are alike. */
export function newer<E extends Entry>(known: E, arrived: E): E {
  if (known.kind !== "message" || arrived.kind !== "message") return known;
  return (arrived.rev ?? 0) > (known.rev ?? 0) ? arrived : known;
}

/** What a message is quoted as. */
export function quoteOf({ author, text, deletedAt }: MessageEntry): Quote {
  if (deletedAt !== undefined) return { author, text: "", deletedAt };
  return { author, text: cut(text, QUOTE_LENGTH) };
}

export function sameQuote(a: Quote, b: Quote): boolean {
  return a.text === b.text && a.deletedAt === b.deletedAt && a.author.name === b.author.name;
}
