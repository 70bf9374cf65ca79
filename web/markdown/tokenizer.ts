import { Lexer, Tokenizer, type Tokens } from "marked";

/** Quotes, lists, links and emphasis that are nested deeper stay as typed. */
const MAX_DEPTH = 8;

/**
 * A sign that opens something and finds no end makes marked search the rest of the text. After this
 * many characters of such searches, signs stay as typed.
 */
const MAX_SEARCHED = 100_000;

/** A line that begins with more markers of quotes and lists than can be nested. */
const TOO_MANY_MARKERS = /^(?:[ \t]*(?:>|(?:[*+-]|\d{1,9}[.)])(?=[ \t]))){9}/m;

/** An address of this length is no link. */
const MAX_ADDRESS = 2_048;

/**
 * Where marked looks for the end of a word or of a line, each place searches again. Up to 64
 * characters stand before an address's `@` (RFC 5321), and this many spaces end a line.
 */
function searchingLess(rule: RegExp): RegExp {
  const source = rule.source.replaceAll("]+@", "]{1,64}@").replaceAll(" *\\n", " {0,16}\\n");
  return new RegExp(source, rule.flags);
}

const { breaks } = Lexer.rules.inline;
const rules = {
  url: searchingLess(breaks.url),
  text: searchingLess(breaks.text),
  // It finds links by reference, whose definitions are not read here.
  reflinkSearch: /(?!)/g,
};

/** Whether a line has too many markers: marked would take long to look for each. */
export function isTooNested(text: string): boolean {
  return TOO_MANY_MARKERS.test(text);
}

/**
 * Markdown as people write it in a chat. What would change or hide their words stays as typed: raw
 * HTML, tables, definitions, underlined headings and indented code. A quote ends where its lines no
 * longer begin with `>`, so that an answer below it is not part of it.
 *
 * Marked reads what is nested anew at each level and searches the end of each sign, so both are
 * bounded here: no text of 4,000 characters may hold up the page.
 */
export class ChatTokenizer extends Tokenizer {
  private depth = 0;
  private searched = 0;

  /** To be called once the lexer has given its rules. */
  bound(): void {
    this.rules = { ...this.rules, inline: { ...this.rules.inline, ...rules } };
  }

  override html(): undefined {}
  override tag(): undefined {}
  override table(): undefined {}
  override def(): undefined {}
  override lheading(): undefined {}
  override code(): undefined {}
  override reflink(): undefined {}

  override blockquote(src: string): Tokens.Blockquote | undefined {
    const [raw] = /^(?: {0,3}>[^\n]*(?:\n|$))+/.exec(src) ?? [];
    if (raw === undefined) return undefined;
    const text = raw.replace(/^ {0,3}> ?/gm, "");
    return this.nested(() => {
      const tokens = this.lexer.blockTokens(text);
      return { type: "blockquote", raw, text, tokens };
    });
  }

  override list(src: string): Tokens.List | undefined {
    return this.nested(() => super.list(src));
  }

  override emStrong(src: string, masked: string, before?: string) {
    // Most signs that open nothing: those before a space, and `_` within a word.
    if (!/^(?:\*+(?!\*)|_+(?!_))\S/.test(src)) return undefined;
    if (src[0] === "_" && /[\p{L}\p{N}]$/u.test(before ?? "")) return undefined;
    return this.searching(src, () => super.emStrong(src, masked, before));
  }

  override del(src: string, masked: string, before?: string) {
    if (src[0] !== "~") return undefined;
    return this.searching(src, () => super.del(src, masked, before));
  }

  override link(src: string) {
    if (!/^!?\[/.test(src)) return undefined;
    return this.searching(src, () => super.link(src));
  }

  override codespan(src: string) {
    if (src[0] !== "`") return undefined;
    return this.searching(src, () => super.codespan(src));
  }

  override url(src: string) {
    const token = super.url(src.slice(0, MAX_ADDRESS));
    return token?.raw.length === MAX_ADDRESS ? undefined : token;
  }

  private searching<T>(src: string, read: () => T | undefined): T | undefined {
    if (this.searched > MAX_SEARCHED) return undefined;
    const token = this.nested(read);
    if (token === undefined) this.searched += src.length;
    return token;
  }

  private nested<T>(read: () => T): T | undefined {
    if (this.depth === MAX_DEPTH) return undefined;
    this.depth++;
    try {
      return read();
    } finally {
      this.depth--;
    }
  }
}
