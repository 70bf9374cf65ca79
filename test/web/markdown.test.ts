import fc from "fast-check";
import { Lexer, Tokenizer } from "marked";
import { describe, expect, test } from "vitest";
import { type Part, parse } from "../../web/markdown/parse.ts";
import { nasty, nastyText } from "./nasty.ts";

describe("the work of a text", () => {
  /**
   * The bound on the cost of 4,000 characters: 8 levels of blocks and 8 of signs, and failed
   * searches.
   */
  const STEPS_PER_CHARACTER = 60;

  test.each(Object.entries(nasty))("of %s is bounded", (_, text) => {
    expect(stepsOf(text)).toBeLessThan(STEPS_PER_CHARACTER * text.length);
  });

  test("of any text is bounded for each of its characters", () => {
    fc.assert(
      fc.property(nastyText, (text) => stepsOf(text) < STEPS_PER_CHARACTER * text.length),
      { numRuns: 200 },
    );
  });
});

describe("a text", () => {
  test("nests quotes and lists eight deep, and stays as typed if a line begins with more", () => {
    const deep = (depth: number) => parse(`${"> ".repeat(depth)}a`);
    expect(depthOf(deep(8))).toBe(8);
    expect(deep(9)).toEqual([{ type: "p", parts: [`${"> ".repeat(9)}a`] }]);
    const steps = Array.from({ length: 12 }, (_, n) => `${"  ".repeat(n)}- a`).join("\n");
    expect(depthOf(parse(steps))).toBe(8);
  });

  test("ends a quote where its lines no longer begin with `>`", () => {
    expect(parse("> their words\nmy answer")).toEqual([
      { type: "blockquote", parts: [{ type: "p", parts: ["their words"] }] },
      { type: "p", parts: ["my answer"] },
    ]);
  });

  test("nests emphasis, links and code as typed", () => {
    expect(parse("**_a_** *b **c** d* [`e` _f_](https://g.example)")).toEqual([
      {
        type: "p",
        parts: [
          { type: "strong", parts: [{ type: "em", parts: ["a"] }] },
          " ",
          { type: "em", parts: ["b ", { type: "strong", parts: ["c"] }, " d"] },
          " ",
          {
            type: "a",
            href: "https://g.example/",
            parts: [{ type: "code", parts: ["e"] }, " ", { type: "em", parts: ["f"] }],
          },
        ],
      },
    ]);
  });

  test("shows the host of a link that looks like one to another place", () => {
    const hostOf = (text: string) => /"host":"(.*?)"/.exec(JSON.stringify(parse(text)))?.[1];
    for (const text of [
      "[https://bank.example](https://evil.example/login)",
      "[bank.example](https://evil.example)",
      "[https://bank.example](https://evil.example/https://bank.example)",
      "[evil.example.bank.example](https://evil.example)",
      "[\u202eelpmaxe.knab](https://evil.example)",
    ]) {
      expect(hostOf(text), text).toBe("evil.example");
    }
    expect(hostOf("https://bank.example⁄login.evil.example")).toMatch(
      /^bank\.xn--.*evil\.example$/,
    );
    for (const text of [
      "https://bank.example/login",
      "www.bank.example",
      "[bank.example](https://bank.example/login)",
      "[the bank](https://bank.example)",
      "[the bank. Really.](https://bank.example)",
      "ada@bank.example",
    ]) {
      expect(hostOf(text), text).toBeUndefined();
    }
  });

  test("shows tasks with their boxes, on one line with their words", () => {
    expect(parse("- [ ] to do\n- [x] done")).toEqual([
      {
        type: "ul",
        parts: [
          { type: "li", parts: [{ type: "p", parts: ["☐ ", "to do"] }] },
          { type: "li", parts: [{ type: "p", parts: ["☑ ", "done"] }] },
        ],
      },
    ]);
    expect(JSON.stringify(parse("- [ ] to do\n\n- [x] done"))).toMatch(/☐ .*to do.*☑ .*done/);
  });

  test("loses no letter, whatever its signs are taken for", () => {
    const letters = (text: string) => text.replaceAll(/[^a-zé]/g, "");
    fc.assert(
      fc.property(nastyText, (text) => {
        // The address behind a link and the language of code are not shown.
        fc.pre(!/\]\(|```|~~~/.test(text));
        expect(letters(shownOf(parse(text)))).toBe(letters(text));
      }),
      { numRuns: 100 },
    );
  });

  test("keeps its links and emphasis among many signs without a meaning", () => {
    const log = "[INFO] snake_case_name 2 * 3 ~ 4 `\n".repeat(20);
    expect(JSON.stringify(parse(`${log}**bold** https://example.com/a_b_c`))).toMatch(
      /"strong".*"bold".*"a".*"https:\/\/example.com\/a_b_c"/,
    );
  });
});

/**
 * How many characters marked reads, again at each level, and how many it searches without success.
 */
function stepsOf(text: string): number {
  let steps = 0;
  const restores: (() => void)[] = [];
  const count = (of: object, method: string, cost: (src: string, token: unknown) => number) => {
    const read = Reflect.get(of, method);
    Reflect.set(of, method, function (this: object, src: string, ...more: unknown[]) {
      const token: unknown = Reflect.apply(read, this, [src, ...more]);
      steps += cost(src, token);
      return token;
    });
    restores.push(() => Reflect.set(of, method, read));
  };
  for (const pass of ["blockTokens", "inlineTokens"]) {
    count(Lexer.prototype, pass, (src) => src.length);
  }
  for (const sign of ["emStrong", "del", "link", "codespan"]) {
    count(Tokenizer.prototype, sign, (src, token) => (token === undefined ? src.length : 0));
  }
  parse(text);
  for (const restore of restores) restore();
  return steps;
}

function depthOf(parts: readonly Part[]): number {
  const depths = parts.map((part) => {
    if (typeof part === "string") return 0;
    return Number(/^(blockquote|ul|ol)$/.test(part.type)) + depthOf(part.parts);
  });
  return Math.max(0, ...depths);
}

/** All strings in the parts, in order. */
function shownOf(part: unknown): string {
  if (typeof part === "string") return part;
  if (Array.isArray(part)) return part.map(shownOf).join("");
  if (typeof part !== "object" || part === null) return "";
  const { type: _, href: __, host: ___, start: ____, ...shown } = part as Record<string, unknown>;
  return Object.values(shown).map(shownOf).join("");
}
