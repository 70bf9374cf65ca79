import { type Block, type Inline, parse } from "./parse.ts";

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
