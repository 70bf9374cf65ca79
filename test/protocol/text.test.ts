import fc from "fast-check";
import * as v from "valibot";
import { afterEach, describe, expect, test, vi } from "vitest";
import { Name, Query, Text, Topic } from "../../protocol/fields.ts";
import { fold } from "../../protocol/text.ts";

/**
 * Texts that cost much more than their length suggests: long ones, and ones whose marks have to be
 * ordered.
 */

afterEach(() => void vi.restoreAllMocks());

const marks = `a${"\u0301".repeat(2_000)}${"\u0323".repeat(1_999)}`;
const nasty = {
  "4,000 marks to be ordered": marks,
  "marks among halfwidth ones, which are letters": "\u0301\uFF9E".repeat(2_000),
  "15,900 marks": "\u0301\u0323".repeat(7_950),
  "32,000 letters": "x".repeat(32_000),
  "8,001 halves of emoji": "\uD83D".repeat(8_001),
  "32,000 ligatures that each become 18 letters": "\uFDFA".repeat(32_000),
  "16,000 spaces, which would be one": `a${" ".repeat(16_000)}b`,
};

/** The texts that are normalised meanwhile. */
function normalised(run: () => unknown): string[] {
  const spy = vi.spyOn(String.prototype, "normalize");
  run();
  return spy.mock.contexts.map(String);
}

describe.each([
  ["a text", Text, 8_000, 30],
  // Nothing bounds the height of a name's line, over which more would be drawn.
  ["a name", Name, 128, 4],
  ["a topic", Topic, 1_024, 30],
  ["a query", Query, 64, 30],
])("%s", (_, schema, most, marks) => {
  test.each(Object.entries(nasty))("of %s is refused before it is normalised", (_, input) => {
    for (const text of [input, input.slice(0, most)]) {
      const seen = normalised(() => v.safeParse(schema, text));
      for (const one of seen) {
        expect(one.length).toBeLessThanOrEqual(most);
        expect(one).not.toMatch(/[\p{M}\uFF9E\uFF9F]{31}/u);
      }
    }
    expect(v.safeParse(schema, input).success).toBe(false);
  });

  test(`has at most ${marks} marks in a row`, () => {
    const accepts = (text: string) => v.safeParse(schema, text).success;
    expect(accepts(`x${"\u0301".repeat(marks)}b`)).toBe(true);
    expect(accepts(`x${"\u0301".repeat(marks + 1)}b`)).toBe(false);
  });

  test("counts the marks that are part of a letter", () => {
    const accepts = (text: string) => v.safeParse(schema, text).success;
    expect(accepts(`\u00E9${"\u0301".repeat(30)}b`)).toBe(false);
  });
});

test("a name of 32 decomposed letters has 32 characters", () => {
  expect(v.parse(Name, "e\u0302\u0301".repeat(32))).toBe("\u1EBF".repeat(32));
});

test.each([
  "Ada\u2800",
  "Ada\u115F",
  "A\u1160da",
  "Ada \u3164",
  "\uFFA0 Ada",
  "Ad\u034Fa",
  "Ada\uFE0F",
  "Ada\u{E0100}",
])("a name has no characters that are not seen (%j)", (name) => {
  expect(v.parse(Name, name)).toBe("Ada");
});

test.each(["❤️", "👩‍🚀 Ada", "🏴󠁧󠁢󠁷󠁬󠁳󠁿", "1️⃣", "می‌خواهم", "क्‍ष"])(
  "a name keeps what joins emoji and letters (%s)",
  (name) => {
    expect(v.parse(Name, name)).toBe(name.normalize("NFC"));
  },
);

test.each([
  ["name", Name, 32],
  ["topic", Topic, 256],
])("a %s is as long as its characters, of which an emoji is one", (_, schema, most) => {
  expect(v.parse(schema, "😀".repeat(most))).toBe("😀".repeat(most));
  const issues = v.safeParse(schema, "😀".repeat(most + 1)).issues ?? [];
  expect(issues.map(({ type }) => type)).toEqual(["max_characters"]);
});

describe("folding a text", () => {
  test.each(Object.entries(nasty))("of %s orders no marks", (_, text) => {
    for (const one of normalised(() => fold(text))) expect(one).not.toMatch(/\p{M}/u);
  });

  test("finds the same as normalising it with its marks", () => {
    const expected = (text: string) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
    expect(fold("Ｃａｆé")).toBe("cafe");
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(fold(text)).toBe(expected(text));
      }),
      { numRuns: 2_000 },
    );
  });
});
