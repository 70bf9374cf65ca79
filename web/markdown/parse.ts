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

/** A text's parts: itself, or what it mentions and what stands between that. */
type Split = (text: string) => Inline[];

/** Parses a message's text, in which each mention, `@` and one of the names, is a part of its own. */
export function parse(text: string, names: readonly string[] = []): Block[] {
  const split = splitter(names);
  if (isTooNested(text)) return asTyped(text, split);
  try {
    const tokenizer = new ChatTokenizer();
    const lexer = new Lexer({ gfm: true, breaks: true, tokenizer });
    tokenizer.bound();
    return toBlocks(lexer.lex(text), split);
  } catch {
    // A text that marked cannot read stays as typed.
    return asTyped(text, split);
  }
}

function splitter(names: readonly string[]): Split {
  if (names.length === 0) return (text) => [text];
  // The longest first: one name can be the beginning of another.
  const longest = names.toSorted((a, b) => b.length - a.length);
  const escaped = longest.map((name) => `@${name.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")}`);
  const mentions = new RegExp(`(${escaped.join("|")})`, "u");
  // With a group around them, every second part is one of them.
  return (text) =>
    text
      .split(mentions)
      .map((part, index): Inline => (index % 2 === 0 ? part : { type: "mention", text: part }))
      .filter((part) => part !== "");
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

function asTyped(text: string, split: Split): Block[] {
  return [{ type: "paragraph", inline: split(text) }];
}

function toBlocks(tokens: readonly Token[], split: Split): Block[] {
  return tokens.flatMap((token): Block[] => {
    const known = asKnown(token);
    switch (known.type) {
      case "space":
      case "checkbox":
        return [];
      case "paragraph":
      case "heading":
        return [{ type: known.type, inline: toInline(known.tokens, split) }];
      case "code":
        return [{ type: "code", text: known.text }];
      case "hr":
        return [{ type: "rule" }];
      case "blockquote":
        return [{ type: "quote", blocks: toBlocks(known.tokens, split) }];
      case "list":
        return [
          {
            type: "list",
            start: known.ordered && known.start !== "" ? known.start : undefined,
            items: known.items.map((item) => toItem(item, split)),
          },
        ];
      case "text":
        if (known.tokens === undefined) return asTyped(known.text, split);
        return [{ type: "paragraph", inline: toInline(known.tokens, split) }];
    }
    return asTyped(known.raw.trimEnd(), split);
  });
}

/** An item of a list; that of a task begins with its box. */
function toItem({ tokens, checked }: Tokens.ListItem, split: Split): Block[] {
  const blocks = toBlocks(tokens, split);
  const [first, ...rest] = blocks;
  if (checked === undefined || first?.type !== "paragraph") return blocks;
  return [{ ...first, inline: [checked ? "☑ " : "☐ ", ...first.inline] }, ...rest];
}

function toInline(tokens: readonly Token[], split: Split): Inline[] {
  return tokens.flatMap((token): Inline[] => {
    const known = asKnown(token);
    switch (known.type) {
      case "text":
        // Its `text` would have references such as `&#65;` replaced.
        return known.tokens ? toInline(known.tokens, split) : split(known.raw);
      case "escape":
        return split(known.text);
      case "checkbox":
        return [];
      case "br":
        return ["\n"];
      case "codespan":
        return [{ type: "code", text: known.text }];
      case "strong":
      case "em":
      case "del":
        return [{ type: known.type, inline: toInline(known.tokens, split) }];
      case "link": {
        const href = safeLink(known.href);
        if (href === undefined) return split(known.raw);
        const inline = toInline(known.tokens, split);
        const host = hostToShow(inline.map(wordsOf).join(""), href);
        return [{ type: "link", href, ...(host !== undefined && { host }), inline }];
      }
      default:
        return split(known.raw);
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
