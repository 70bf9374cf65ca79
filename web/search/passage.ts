import type { MessageEntry } from "../../protocol/model.ts";
import { charactersOf, fold } from "../../protocol/text.ts";
import { excerpt } from "../markdown/parse.ts";
import { words } from "../words.ts";

/** A part of a passage: a word that was looked for, or what stands between such words. */
export interface PassagePart {
  text: string;
  isHit: boolean;
}

/** How many characters are shown, and how many of them before the first word that was looked for. */
const LENGTH = 240;
const BEFORE = 24;

/**
 * A message's text, and its files' names after it, around the first of the words that were looked
 * for, with all of them marked.
 */
export function passageOf(
  { text, files = [] }: Pick<MessageEntry, "text" | "files">,
  query: string,
): PassagePart[] {
  const names = files.length > 0 ? [words.files.names(files.map(({ name }) => name))] : [];
  const characters = charactersOf([excerpt(text), ...names].join(" ").trim());
  const hits = hitsIn(characters, fold(query).split(/\s+/u).filter(Boolean));
  const first = hits.indexOf(true);
  const start = first > 2 * BEFORE ? startOfWord(characters, first - BEFORE) : 0;
  const parts: PassagePart[] = start > 0 ? [{ text: "…", isHit: false }] : [];
  for (let at = start; at < Math.min(characters.length, start + LENGTH); at++) {
    const isHit = hits[at] === true;
    const last = parts.at(-1);
    if (last?.isHit === isHit) last.text += characters[at];
    else parts.push({ text: characters[at] ?? "", isHit });
  }
  return parts;
}

/** Which characters belong to one of the words, all of them folded. */
function hitsIn(characters: readonly string[], wanted: readonly string[]): boolean[] {
  let folded = "";
  /** By index in the folded text, the character that it comes from: "ß" or "é" may be two there. */
  const origin: number[] = [];
  for (const [index, character] of characters.entries()) {
    const plain = character < "\x80" ? character.toLowerCase() : fold(character);
    folded += plain;
    for (let part = 0; part < plain.length; part++) origin.push(index);
  }
  const hits: boolean[] = [];
  for (const word of wanted) {
    for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + word.length)) {
      for (const index of origin.slice(at, at + word.length)) hits[index] = true;
    }
  }
  return hits;
}

function startOfWord(characters: readonly string[], from: number): number {
  const space = characters.indexOf(" ", from);
  return space < 0 || space > from + BEFORE ? from : space + 1;
}
