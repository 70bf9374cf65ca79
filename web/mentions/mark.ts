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

function split(text: string, marks: readonly string[]): Inline[] {
  const parts: Inline[] = [];
  let plain = "";
  for (let at = 0; at < text.length; ) {
    const mark = text[at] === "@" ? marks.find((one) => text.startsWith(one, at)) : undefined;
    if (mark === undefined) {
      plain += text[at];
      at++;
      continue;
    }
    if (plain !== "") parts.push(plain);
    plain = "";
    parts.push({ type: "mention", text: mark });
    at += mark.length;
  }
  if (plain !== "") parts.push(plain);
  return parts;
}
