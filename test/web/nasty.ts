import fc from "fast-check";
import { MAX_TEXT_LENGTH } from "../../protocol/limits.ts";

/** Texts of full length that cost a Markdown parser the most. */
export const nasty: Readonly<Record<string, string>> = {
  "quotes in quotes, line after line": `${">".repeat(1_500)}${"x\n".repeat(1_250)}`,
  "lists in lists, then lines": `${" *".repeat(1_000)}${"=\n".repeat(1_000)}`,
  "lists indented ever deeper": Array.from(
    { length: 62 },
    (_, depth) => `${" ".repeat(2 * depth)}- `,
  ).join("a\n"),
  "emphasis that never ends": full("*a)"),
  "emphasis in emphasis": full("**a *b _c "),
  "brackets that never close": full("[a]("),
  "links in links": `${"[".repeat(1_000)}a${"](b)".repeat(750)}`,
  "backquotes of all lengths": full(Array.from({ length: 80 }, (_, n) => "`".repeat(n)).join(" ")),
  "signs with which an address may begin": full("!"),
  "an address followed by full stops": `http://a${".".repeat(MAX_TEXT_LENGTH - 8)}`,
  "spaces that do not end a line": `a${" ".repeat(MAX_TEXT_LENGTH - 2)}b`,
};

const pieces = [
  ..."*_~`[]()!<>\\#-+=|@: \n\ta1é",
  ..."** __ ~~ ``` ~~~ *a a* **a *a_ _a_ [a] [a]( ](b) ![ <a a. a@ a@b.c http:// www. 1. &#65;".split(
    " ",
  ),
  ...[
    "> ",
    "- ",
    "1. ",
    ">- ",
    "\n> ",
    "\n- ",
    "\n  - ",
    "\n\n",
    "- \n",
    "=\n",
    "    ",
    "[x]: y\n",
  ],
];
const piece = fc
  .array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join(""));

/** Texts of full length from a few pieces, each repeated. */
export const nastyText = fc
  .array(piece, { minLength: 1, maxLength: 4 })
  .map((parts) => parts.map((part) => full(part, MAX_TEXT_LENGTH / parts.length)).join(""));

function full(part: string, length = MAX_TEXT_LENGTH): string {
  return part.repeat(Math.ceil(length / part.length)).slice(0, length);
}
