import { unaccented } from "../../../protocol/text.ts";

/**
 * Letters of other scripts that look like a Latin one, after Unicode's `confusables.txt` 17.0 (UTS
 * #39): those of the scripts that are taken for it, and two signs within names. What NFKD makes Latin
 * letters of is left out.
 */
const LOOK_ALIKES = {
  a: "ɑΑαАаᎪꓮ",
  b: "ΒВЬᏏᏴꓐ",
  c: "СсᏟᴄꮯꓚ",
  d: "ԁᎠᏧꓓ",
  e: "ΕЕеҽᎬꓰ",
  f: "Ϝքꓝ",
  g: "ɡԌցᏀᏳꓖ",
  h: "ΗНһհᎻᏂꓧ",
  i: "ıɩɪιіւᎥꙇꭵ",
  j: "ͿϳЈјᎫꓙ",
  k: "ΚКᏦꓗ",
  l: "1I|ΙІӀӏᏞꓡꓲ",
  m: "ΜϺМᎷꓟ",
  n: "Νոռꓠ",
  o: "0ΟοσОоՕօᴏꓳ",
  p: "ΡρϸРрᏢꓑ",
  q: "ԛգզ",
  r: "гᎡᏒᴦꮁꓣ",
  s: "ЅѕՏᏕᏚꜱꮪꓢ",
  t: "ΤТᎢꓔ",
  u: "ʋυՍսᴜꓴ",
  v: "νѴѵᏙᴠꮩꓦ",
  w: "ɯшѡԜԝաᎳᏔᴡꮃꓪ",
  x: "ΧХхꓫ",
  y: "ɣʏΥγУуҮүᎩᎽꓬ",
  z: "ΖᏃᴢꮓꓜ",
  "-": "\u2010",
  "'": "\u2019\u02BC",
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

/** Characters of which nothing is drawn, such as Hangul fillers, and the empty Braille pattern. */
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\u2800]/gu;

function skeletonOf(name: string): string {
  const seen = unaccented(name).replace(UNSEEN, "");
  const latin = Array.from(seen, (letter) => LATIN.get(letter) ?? letter);
  return latin.join("").toLowerCase().replaceAll("m", "rn");
}

const classOf = (...scripts: string[]) =>
  `[${scripts.map((script) => `\\p{Script=${script}}`).join("")}]`;

/** Scripts with letters that look alike. */
const ALIKE = ["Latin", "Cyrillic", "Greek", "Armenian", "Cherokee"];

/** Those of East Asia stand beside Latin letters in one word; punctuation and digits are Common. */
const MIXED = ["Han", "Hiragana", "Katakana", "Hangul", "Bopomofo", "Common"];

/** No ordinary word has letters of two of these: the scripts that look alike, and all others. */
const SCRIPTS = [
  ...ALIKE.map((script) => classOf(script)),
  `(?!${classOf(...ALIKE, ...MIXED)})\\p{L}`,
].map((pattern) => new RegExp(pattern, "u"));

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
