import { Lexer, type MarkedToken, type Token, Tokenizer } from "marked";

export type Block =
  | { type: "paragraph" | "heading"; inline: Inline[] }
  | { type: "code"; text: string }
  | { type: "quote"; blocks: Block[] }
  | { type: "list"; start: number | undefined; items: Block[][] }
  | { type: "rule" };

export type Inline =
  | string
  | { type: "strong" | "em" | "del"; inline: Inline[] }
  | { type: "code" | "mention"; text: string }
  | { type: "link"; href: string; inline: Inline[] };

/** Protocols that a link in a message may have. */
const PROTOCOLS = new Set(["http:", "https:", "mailto:"]);

/** Quotes and lists that are nested deeper stay as typed. */
const MAX_DEPTH = 8;

/** Parses a message's text. */
export function parse(text: string): Block[] {
  try {
    const lexer = new Lexer({ gfm: true, breaks: true, tokenizer: new ChatTokenizer() });
    return toBlocks(lexer.lex(text), 0);
  } catch {
    // A text that marked cannot read stays as typed.
    return [{ type: "paragraph", inline: [text] }];
  }
}

/**
 * Markdown as people write it in a chat. What would change or hide their words stays as typed: raw
 * HTML, tables, definitions, underlined headings and indented code.
 */
class ChatTokenizer extends Tokenizer {
  override html(): undefined {}
  override tag(): undefined {}
  override table(): undefined {}
  override def(): undefined {}
  override lheading(): undefined {}
  override code(): undefined {}
}

function toBlocks(tokens: readonly Token[], depth: number): Block[] {
  return tokens.flatMap((token): Block[] => {
    const known = asKnown(token);
    switch (known.type) {
      case "space":
        return [];
      case "paragraph":
      case "heading":
        return [{ type: known.type, inline: toInline(known.tokens) }];
      case "code":
        return [{ type: "code", text: known.text }];
      case "hr":
        return [{ type: "rule" }];
      case "blockquote":
        if (depth === MAX_DEPTH) break;
        return [{ type: "quote", blocks: toBlocks(known.tokens, depth + 1) }];
      case "list":
        if (depth === MAX_DEPTH) break;
        return [
          {
            type: "list",
            start: known.ordered && known.start !== "" ? known.start : undefined,
            items: known.items.map(({ tokens }) => toBlocks(tokens, depth + 1)),
          },
        ];
      case "text":
        return [
          { type: "paragraph", inline: known.tokens ? toInline(known.tokens) : [known.text] },
        ];
    }
    return [{ type: "paragraph", inline: [known.raw.trimEnd()] }];
  });
}

function toInline(tokens: readonly Token[]): Inline[] {
  return tokens.flatMap((token): Inline[] => {
    const known = asKnown(token);
    switch (known.type) {
      case "text":
        return known.tokens ? toInline(known.tokens) : [known.text];
      case "escape":
        return [known.text];
      case "br":
        return ["\n"];
      case "codespan":
        return [{ type: "code", text: known.text }];
      case "strong":
      case "em":
      case "del":
        return [{ type: known.type, inline: toInline(known.tokens) }];
      case "link": {
        const href = safeLink(known.href);
        return href === undefined
          ? [known.raw]
          : [{ type: "link", href, inline: toInline(known.tokens) }];
      }
      default:
        return [known.raw];
    }
  });
}

/** As long as it has no extensions, marked makes no other tokens. */
function asKnown(token: Token): MarkedToken {
  return token as MarkedToken;
}

/** A link's address, if its protocol is allowed. */
function safeLink(href: string): string | undefined {
  const url = URL.canParse(href) ? new URL(href) : undefined;
  return url && PROTOCOLS.has(url.protocol) ? url.href : undefined;
}
