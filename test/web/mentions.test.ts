import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { Emoji } from "../../protocol/fields.ts";
import type { User } from "../../protocol/model.ts";
import { cutEmoji } from "../../web/emoji/cut.ts";
import { findEmoji, readEmoji } from "../../web/emoji/emoji.ts";
import { noteUse, toned, usualEmoji } from "../../web/emoji/usual.ts";
import { parse } from "../../web/markdown/parse.ts";
import { completed, emojiFor, peopleFor, queryAt, typedOutAt } from "../../web/mentions/query.ts";

const all = readEmoji(cutEmoji());

/** What can be completed at the end of a text. */
function queryOf(text: string) {
  const query = queryAt(text, text.length);
  return query && `${query.kind} ${query.text}`;
}

describe("completion", () => {
  test("it begins with a sign before a word, and not within one", () => {
    expect(queryOf("hi @")).toBe("person ");
    expect(queryOf("hi @Ada Lo")).toBe("person Ada Lo");
    expect(queryOf("mail@example")).toBeUndefined();
    expect(queryOf("@Ada\nnext")).toBeUndefined();
    expect(queryOf(":co")).toBe("emoji co");
    expect(queryOf("hi @Ada :co")).toBe("emoji co");
    for (const smiley of [":D", ":)", "12:30", "a::b"]) expect(queryOf(smiley)).toBeUndefined();
  });

  test("it finds people by the beginning of a word of their name, the nearest first", () => {
    const people = ["Bobby", "Ann Bob", "Bob", "Rob"].map((name) => ({ id: name, name }));
    expect(peopleFor("bob", people).map(({ label }) => label)).toEqual(["Bob", "Bobby", "Ann Bob"]);
    expect(peopleFor("bob x", people)).toEqual([]);
  });

  test("it finds emoji by name, in the form that is drawn as an emoji, and those that people use first", () => {
    const first = (query: string) => emojiFor(query, all)[0];
    expect(first("coffee")).toMatchObject({ label: ":coffee:", text: "☕ " });
    expect(first("heart")).toMatchObject({ emoji: "❤️" });
    expect(first("rainbow_flag")).toMatchObject({ emoji: "🏳️‍🌈" });
    expect(first("th")).toMatchObject({ emoji: "👍" });
    expect(first("ta")).toMatchObject({ emoji: "🎉" });
    expect(first("taco")).toMatchObject({ emoji: "🌮" });
  });

  test("a name that was typed out is found between its colons, and not in code or within a word", () => {
    const typedOut = (text: string) => typedOutAt(text, text.length);
    expect(typedOut("so (:tada:")).toEqual({ kind: "emoji", text: "tada", from: 4 });
    for (const text of ["10:30:", "`:tada:", ":a:", "a:tada:"]) {
      expect(typedOut(text)).toBeUndefined();
    }
    expect(typedOut("`code` :tada:")).toMatchObject({ text: "tada" });
  });

  test("it replaces the query by what was chosen, and puts the caret after it", () => {
    const text = "hi @ad how are you";
    const query = queryAt(text, 6);
    const [ada] = peopleFor("ad", [{ id: "a", name: "Ada" }]);
    if (query === undefined || ada === undefined) throw new Error("Nothing was found");
    expect(completed(text, 6, query, ada)).toEqual({ text: "hi @Ada how are you", caret: 8 });
  });
});

describe("emoji", () => {
  test("the server takes each of them, in each of its skin tones", () => {
    const forms = all.flatMap(({ emoji, hasTones }) =>
      hasTones ? [0, 1, 2, 3, 4, 5].map((tone) => toned(emoji, tone)) : emoji,
    );
    expect(forms.length).toBeGreaterThan(3_000);
    expect(forms.filter((form) => !v.safeParse(Emoji, form).success)).toEqual([]);
    const known = new Set(all.map(({ emoji }) => emoji));
    expect(usualEmoji(48).filter((emoji) => !known.has(emoji))).toEqual([]);
  });

  test("they are found by the beginnings of their words, the earliest first", () => {
    const found = findEmoji(all, "Celebr").map(({ emoji }) => emoji);
    expect(found).toContain("🎉");
    expect(findEmoji(all, "thumbs u")[0]?.emoji).toBe("👍");
    expect(findEmoji(all, "rilla")).toEqual([]);
    expect(findEmoji(all, "germany")[0]?.emoji).toBe("🇩🇪");
    expect(findEmoji(all, "Cote d")[0]?.emoji).toBe("🇨🇮");
  });

  test("what a person uses more than twice takes the place of a usual one", () => {
    expect(usualEmoji(3)).toEqual(["👍", "❤️", "😂"]);
    for (const _ of [1, 2]) noteUse("🦀");
    expect(usualEmoji(3)).toEqual(["👍", "❤️", "😂"]);
    for (const _ of [3, 4]) noteUse("🦀");
    expect(usualEmoji(3)).toEqual(["🦀", "👍", "❤️"]);
  });
});

test("mentions are marked anywhere in a text, except in code", () => {
  const [ada, adaL] = [
    { id: "a1", name: "Ada" },
    { id: "a2", name: "Ada L" },
  ] as const;
  const parts = parse("**@Ada L** and @Ada, `@Ada`\n\n- @Ada L!", [ada, adaL]);
  const mention = (user: User) => ({ type: "mark", user, parts: [`@${user.name}`] });
  expect(parts).toEqual([
    {
      type: "p",
      parts: [
        { type: "strong", parts: [mention(adaL)] },
        " and ",
        mention(ada),
        ", ",
        { type: "code", parts: ["@Ada"] },
      ],
    },
    {
      type: "ul",
      parts: [{ type: "li", parts: [{ type: "p", parts: [mention(adaL), "!"] }] }],
    },
  ]);
  expect(parse("@Ada")).toEqual([{ type: "p", parts: ["@Ada"] }]);
});
