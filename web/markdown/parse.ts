import { Lexer, type MarkedToken, type Token, type Tokens } from "marked";
import { hostToShow } from "./link-host.ts";
import { ChatTokenizer, isTooNested } from "./tokenizer.ts";

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
  /** `host` stands beside a link that could be taken for one to another place. */
  | { type: "link"; href: string; host?: string; inline: Inline[] };

/** Protocols that a link in a message may have. */
const PROTOCOLS = new Set(["http:", "https:", "mailto:"]);

/** Parses a message's text. */
export function parse(text: string): Block[] {
  if (isTooNested(text)) return asTyped(text);
  try {
    const tokenizer = new ChatTokenizer();
    const lexer = new Lexer({ gfm: true, breaks: true, tokenizer });
    tokenizer.bound();
    return toBlocks(lexer.lex(text));
  } catch {
    // A text that marked cannot read stays as typed.
    return asTyped(text);
  }
}

/** A message's text in one line and without its Markdown. */
export function excerpt(text: string): string {
  const words = parse(text).map(wordsOf).join(" ").replace(/\s+/gu, " ").trim();
  return words === "" ? text : words;
}

function wordsOf(part: Block | Inline): string {
  if (typeof part === "string") return part;
  switch (part.type) {
    case "code":
    case "mention":
      return part.text;
    case "quote":
      return part.blocks.map(wordsOf).join(" ");
    case "list":
      return part.items.flat().map(wordsOf).join(" ");
    case "rule":
      return "";
    default:
      return part.inline.map(wordsOf).join("");
  }
}

function asTyped(text: string): Block[] {
  return [{ type: "paragraph", inline: [text] }];
}

function toBlocks(tokens: readonly Token[]): Block[] {
  return tokens.flatMap((token): Block[] => {
    const known = asKnown(token);
    switch (known.type) {
      case "space":
      case "checkbox":
        return [];
      case "paragraph":
      case "heading":
        return [{ type: known.type, inline: toInline(known.tokens) }];
      case "code":
        return [{ type: "code", text: known.text }];
      case "hr":
        return [{ type: "rule" }];
      case "blockquote":
        return [{ type: "quote", blocks: toBlocks(known.tokens) }];
      case "list":
        return [
          {
            type: "list",
            start: known.ordered && known.start !== "" ? known.start : undefined,
            items: known.items.map(toItem),
          },
        ];
      case "text":
        return [
          { type: "paragraph", inline: known.tokens ? toInline(known.tokens) : [known.text] },
        ];
    }
    return asTyped(known.raw.trimEnd());
  });
}

/** An item of a list; that of a task begins with its box. */
function toItem({ tokens, checked }: Tokens.ListItem): Block[] {
  const blocks = toBlocks(tokens);
  const [first, ...rest] = blocks;
  if (checked === undefined || first?.type !== "paragraph") return blocks;
  return [{ ...first, inline: [checked ? "☑ " : "☐ ", ...first.inline] }, ...rest];
}

function toInline(tokens: readonly Token[]): Inline[] {
  return tokens.flatMap((token): Inline[] => {
    const known = asKnown(token);
    switch (known.type) {
      case "text":
        // Its `text` would have references such as `&#65;` replaced.
        return known.tokens ? toInline(known.tokens) : [known.raw];
      case "escape":
        return [known.text];
      case "checkbox":
        return [];
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
        if (href === undefined) return [known.raw];
        const inline = toInline(known.tokens);
        const host = hostToShow(inline.map(wordsOf).join(""), href);
        return [{ type: "link", href, ...(host !== undefined && { host }), inline }];
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
