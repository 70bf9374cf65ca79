import type { Block, Inline } from "../markdown/parse.ts";

/** The blocks of a text with each mention, `@` and a name, as a part of its own. */
export function markMentions(blocks: readonly Block[], names: readonly string[]): Block[] {
  if (names.length === 0) return [...blocks];
  // The longest first: one name can be the beginning of another.
  const longest = names.toSorted((a, b) => b.length - a.length).map((name) => `@${name}`);
  const markAll = (parts: readonly Inline[]) => parts.flatMap(markOne);
  const markOne = (part: Inline): Inline[] => {
    if (typeof part === "string") return split(part, longest);
    return "inline" in part ? [{ ...part, inline: markAll(part.inline) }] : [part];
  };
  return blocks.map((block): Block => {
    if ("inline" in block) return { ...block, inline: markAll(block.inline) };
    if (block.type === "quote") return { ...block, blocks: markMentions(block.blocks, names) };
    if (block.type !== "list") return block;
    return { ...block, items: block.items.map((item) => markMentions(item, names)) };
  });
}

/** With a group around the marks, every second part of the split text is one of them. */
function split(text: string, marks: readonly string[]): Inline[] {
  const escaped = marks.map((mark) => mark.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return text
    .split(new RegExp(`(${escaped.join("|")})`, "u"))
    .map((part, index): Inline => (index % 2 === 0 ? part : { type: "mention", text: part }))
    .filter((part) => part !== "");
}
