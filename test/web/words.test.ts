import { afterEach, describe, expect, test, vi } from "vitest";
import { inLanguage } from "../../web/language.ts";
import { words } from "../../web/words.ts";

describe("what the page says", () => {
  test("of who is typing is short, however many they are", () => {
    const { typing } = words.composer;
    expect(typing([])).toBe("");
    expect(typing(["Ada"])).toBe("Ada is typing…");
    expect(typing(["Ada", "Bob"])).toBe("Ada and Bob are typing…");
    expect(typing(["Ada", "Bob", "Eve"])).toBe("3 people are typing…");
  });

  test("of who joined names three people and counts the others, of whom there are two or more", () => {
    const { joined } = words.timeline;
    expect(joined(["Ada", "Bob", "Eve", "Dan"])).toBe("Ada, Bob, Eve, and Dan joined");
    expect(joined(["Ada", "Bob", "Eve", "Dan", "Fay"])).toBe("Ada, Bob, Eve, and 2 others joined");
  });
});

describe("a language", () => {
  afterEach(() => vi.unstubAllGlobals());

  test("has a form for each kind of number it distinguishes", () => {
    expect(words.composer.left(1)).toBe("1 character left");
    expect(words.composer.left(1_400)).toBe("1,400 characters left");
    const { counted } = inLanguage("pl");
    const forms = { one: "# osoba", few: "# osoby", other: "# osób" };
    expect([1, 2, 5, 22].map((n) => counted(n, forms))).toEqual([
      "1 osoba",
      "2 osoby",
      "5 osób",
      "22 osoby",
    ]);
  });

  test("keeps the words of its dates where the reader's browser speaks another, but not the clock", () => {
    readIn("de-DE");
    const { dates } = inLanguage("en");
    const at = new Date(2026, 10, 25, 13, 5);
    expect(dates({ weekday: "long", day: "numeric", month: "long" }).format(at)).toBe(
      "Wednesday, November 25",
    );
    expect(dates({ timeStyle: "short" }).format(at)).toBe("13:05");
  });

  test("takes the reader's own variety of it", () => {
    readIn("en-GB");
    const date = inLanguage("en").dates({ weekday: "long", day: "numeric", month: "long" });
    expect(date.format(new Date(2026, 10, 25))).toBe("Wednesday 25 November");
  });
});

/** Makes this the browser's own locale. */
function readIn(locale: string): void {
  const { DateTimeFormat } = Intl;
  vi.stubGlobal("Intl", {
    ...Intl,
    Locale: Intl.Locale,
    PluralRules: Intl.PluralRules,
    NumberFormat: Intl.NumberFormat,
    ListFormat: Intl.ListFormat,
    DateTimeFormat: function format(of: string | undefined, options: Intl.DateTimeFormatOptions) {
      return new DateTimeFormat(of ?? locale, options);
    },
  });
}
