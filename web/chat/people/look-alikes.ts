import { unaccented } from "../../../protocol/text.ts";

/**
 * Letters of other scripts that look like a Latin one, after Unicode's `confusables.txt` 17.0 (UTS
 * #39): those of the scripts that are taken for it. What NFKD makes Latin letters of is left out.
 */
const LOOK_ALIKES = {
  a: "ɑΑαАаᎪ",
  b: "ΒВЬᏏᏴ",
  c: "СсᏟᴄꮯ",
  d: "ԁᎠᏧ",
  e: "ΕЕеҽᎬ",
  f: "Ϝք",
  g: "ɡԌցᏀᏳ",
  h: "ΗНһհᎻᏂ",
  i: "ıɩɪιіւᎥꙇꭵ",
  j: "ͿϳЈјᎫ",
  k: "ΚКᏦ",
  l: "1I|ΙІӀӏᏞ",
  m: "ΜϺМᎷ",
  n: "Νոռ",
  o: "0ΟοσОоՕօᴏ",
  p: "ΡρϸРрᏢ",
  q: "ԛգզ",
  r: "гᎡᏒᴦꮁ",
  s: "ЅѕՏᏕᏚꜱꮪ",
  t: "ΤТᎢ",
  u: "ʋυՍսᴜ",
  v: "νѴѵᏙᴠꮩ",
  w: "ɯшѡԜԝաᎳᏔᴡꮃ",
  x: "ΧХх",
  y: "ɣʏΥγУуҮүᎩᎽ",
  z: "ΖᏃᴢꮓ",
};

const LATIN = new Map(
  Object.entries(LOOK_ALIKES).flatMap(([latin, others]) =>
    Array.from(others, (other): [string, string] => [other, latin]),
  ),
);

/**
 * Names that look alike have one of these in common, as "Ada" and "Аdа" have, with two Cyrillic
 * letters, or "Ian" and "lan". Capitals look like other letters than small ones do.
 */
export function skeletonsOf(name: string): string[] {
  return [...new Set([name, name.toLowerCase()].map(skeletonOf))];
}

function skeletonOf(name: string): string {
  const latin = Array.from(unaccented(name), (letter) => LATIN.get(letter) ?? letter);
  return latin.join("").toLowerCase().replaceAll("m", "rn");
}

/** Scripts with letters that look alike. Nobody who writes in one word uses two of them. */
const SCRIPTS = ["Latin", "Cyrillic", "Greek", "Armenian", "Cherokee"].map(
  (script) => new RegExp(`\\p{Script=${script}}`, "u"),
);

function mixesScripts(word: string): boolean {
  return SCRIPTS.filter((script) => script.test(word)).length > 1;
}

/** Names that the page or those who run it could have. */
const RESERVED = new Set(
  "Lobby System Natter Admin Administrator Moderator Operator Support"
    .split(" ")
    .flatMap(skeletonsOf),
);

/** Whether a name, of a person or a room, passes itself off as another, whatever others there are. */
export function isImitation(name: string): boolean {
  const words = name.split(/[^\p{L}\p{M}\p{N}]+/u);
  return words.some(mixesScripts) || skeletonsOf(words.join("")).some((one) => RESERVED.has(one));
}

const ASCII = /^\p{ASCII}+$/u;

/** Whether a word of other letters, or with some, reads as one of Latin letters. */
export function readsAsLatin(word: string): boolean {
  if (ASCII.test(unaccented(word))) return false;
  return mixesScripts(word) || skeletonsOf(word).some((one) => ASCII.test(one));
}
