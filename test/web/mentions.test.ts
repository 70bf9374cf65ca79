import { describe, expect, test } from "vitest";
import { parse } from "../../web/markdown/parse.ts";
import { markMentions } from "../../web/mentions/mark.ts";
import { completed, emojiFor, emojiNames, peopleFor, queryAt } from "../../web/mentions/query.ts";

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

  test("it finds emoji by name, in the form that is drawn as an emoji", async () => {
    const names = await emojiNames();
    expect(emojiFor("coffee", names)[0]).toMatchObject({ label: ":coffee:", text: "☕ " });
    expect(emojiFor("heart", names)[0]).toMatchObject({ emoji: "❤️" });
    expect(emojiFor("rainbow_flag", names)[0]).toMatchObject({ emoji: "🏳️‍🌈" });
  });

  test("it replaces the query by what was chosen, and puts the caret after it", () => {
    const text = "hi @ad how are you";
    const query = queryAt(text, 6);
    const [ada] = peopleFor("ad", [{ id: "a", name: "Ada" }]);
    if (query === undefined || ada === undefined) throw new Error("Nothing was found");
    expect(completed(text, 6, query, ada)).toEqual({ text: "hi @Ada how are you", caret: 8 });
  });
});

test("mentions are marked anywhere in a text, except in code", () => {
  const blocks = markMentions(parse("**@Ada L** and @Ada, `@Ada`\n\n- @Ada L!"), ["Ada", "Ada L"]);
  const mention = (text: string) => ({ type: "mention", text });
  expect(blocks).toEqual([
    {
      type: "paragraph",
      inline: [
        { type: "strong", inline: [mention("@Ada L")] },
        " and ",
        mention("@Ada"),
        ", ",
        { type: "code", text: "@Ada" },
      ],
    },
    {
      type: "list",
      start: undefined,
      items: [[{ type: "paragraph", inline: [mention("@Ada L"), "!"] }]],
    },
  ]);
  expect(markMentions(parse("@Ada"), [])).toEqual(parse("@Ada"));
});
