import { Lexer, type MarkedToken, type Token, type Tokens } from "marked";
import type { User } from "../../protocol/model.ts";
import { hostToShow } from "./link-host.ts";
import { ChatTokenizer, isTooNested } from "./tokenizer.ts";

/** A part of a text: words as they are shown, or an element of HTML around other parts. */
export type Part = string | Formatted;

type Formatted = { parts: Part[] } & (
  | { type: "p" | "pre" | "blockquote" | "ul" | "li" | "hr" }
  | { type: "strong" | "em" | "del" | "code" | "small" }
  /** A mention. */
  | { type: "mark"; user: User }
  | { type: "ol"; start: number }
  /** `host` stands beside a link that could be taken for one to another place. */
  | { type: "a"; href: string; host?: string }
);

/** Protocols that a link in a message may have. */
const PROTOCOLS = new Set(["http:", "https:", "mailto:"]);

/** Parts words at what they mention. */
type Split = (words: string) => Part[];

/** Parses a message's text, in which `@` and the name of one of the users is a mention. */
export function parse(text: string, users: readonly User[] = []): Part[] {
  const split = splitter(users);
  try {
    if (!isTooNested(text)) {
      const tokenizer = new ChatTokenizer();
      const lexer = new Lexer({ gfm: true, breaks: true, tokenizer });
      tokenizer.bound();
      return toParts(lexer.lex(text), split);
    }
  } catch {
    // Marked cannot read it.
  }
  // As typed.
  return [{ type: "p", parts: split(text) }];
}

function splitter(users: readonly User[]): Split {
  if (users.length === 0) return (text) => [text];
  const mentions = new Map(users.map((user) => [`@${user.name}`, user]));
  // The longest first: one name can be the beginning of another.
  const longest = [...mentions.keys()].sort((a, b) => b.length - a.length);
  const escaped = longest.map((mention) => mention.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  const pattern = new RegExp(`(${escaped.join("|")})`, "u");
  return (text) =>
    text.split(pattern).flatMap((part): Part[] => {
      const user = mentions.get(part);
      if (user) return [{ type: "mark", user, parts: [part] }];
      return part === "" ? [] : [part];
    });
}

/** A message's text in one line and without its Markdown. */
export function excerpt(text: string): string {
  const words = parse(text).map(wordsOf).join(" ").replace(/\s+/gu, " ").trim();
  return words === "" ? text : words;
}

/** What holds other blocks: in one line, a space stands between them. */
const HOLDERS: ReadonlySet<string> = new Set(["blockquote", "ul", "ol", "li"]);

function wordsOf(part: Part): string {
  if (typeof part === "string") return part;
  return part.parts.map(wordsOf).join(HOLDERS.has(part.type) ? " " : "");
}

function toParts(tokens: readonly Token[], split: Split): Part[] {
  return tokens.flatMap((token): Part[] => {
    const known = asKnown(token);
    switch (known.type) {
      case "space":
      case "checkbox":
        return [];
      case "paragraph":
        return [{ type: "p", parts: toParts(known.tokens, split) }];
      case "heading":
        return [{ type: "p", parts: [{ type: "strong", parts: toParts(known.tokens, split) }] }];
      case "code":
        return [{ type: "pre", parts: [{ type: "code", parts: [known.text] }] }];
      case "hr":
        return [{ type: "hr", parts: [] }];
      case "blockquote":
        return [{ type: "blockquote", parts: toParts(known.tokens, split) }];
      case "list": {
        const { ordered, start, items } = known;
        const parts = items.map((item) => toItem(item, split));
        return [ordered && start !== "" ? { type: "ol", start, parts } : { type: "ul", parts }];
      }
      case "text":
        // A line of a list's item has tokens. `text` would have references such as `&#65;` replaced.
        if (known.tokens) return [{ type: "p", parts: toParts(known.tokens, split) }];
        return split(known.raw);
      case "escape":
        return split(known.text);
      case "br":
        return ["\n"];
      case "codespan":
        return [{ type: "code", parts: [known.text] }];
      case "strong":
      case "em":
      case "del":
        return [{ type: known.type, parts: toParts(known.tokens, split) }];
      case "link": {
        const href = safeLink(known.href);
        if (href === undefined) return split(known.raw);
        const parts = toParts(known.tokens, split);
        const host = hostToShow(parts.map(wordsOf).join(""), href);
        return [{ type: "a", href, ...(host !== undefined && { host }), parts }];
      }
      default:
        return split(known.raw);
    }
  });
}

/** An item of a list; that of a task begins with its box. */
function toItem({ tokens, checked }: Tokens.ListItem, split: Split): Part {
  const parts = toParts(tokens, split);
  const [first, ...rest] = parts;
  if (checked === undefined || typeof first !== "object" || first.type !== "p") {
    return { type: "li", parts };
  }
  const task = { ...first, parts: [checked ? "☑ " : "☐ ", ...first.parts] };
  return { type: "li", parts: [task, ...rest] };
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
