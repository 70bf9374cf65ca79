import { afterEach, describe, expect, test, vi } from "vitest";
import type { Entry, FileFacts, Room } from "../../protocol/model.ts";
import { newestNotices, withPerson } from "../../web/chat/people/presence.ts";
import { destinationOf } from "../../web/chat/rooms/address.ts";
import { othersRooms, ownRooms } from "../../web/chat/rooms/room-order.ts";
import { uuid } from "../../web/chat/writing/uuid.ts";
import { excerpt } from "../../web/markdown/parse.ts";
import { candidatesFor, readQuery, settled } from "../../web/search/filters.ts";
import { passageOf } from "../../web/search/passage.ts";
import { toRows } from "../../web/timeline/rows.ts";

const ada = { id: "u1", name: "Ada" };
const bob = { id: "u2", name: "Bob" };

test("an excerpt is a text in one line and without its Markdown", () => {
  expect(excerpt("**Read** the [report](https://example.com), `now`\n> or\n- later")).toBe(
    "Read the report, now or later",
  );
  expect(excerpt("```ts\nconst a = 1;\n```")).toBe("const a = 1;");
  expect(excerpt("2 * 3 * 4 <b>")).toBe("2 * 3 * 4 <b>");
  expect(excerpt("---")).toBe("---");
});

describe("a search", () => {
  const known = {
    rooms: {
      tea: {
        id: "tea",
        name: "Tea",
        kind: "public" as const,
        head: 0,
        unread: 0,
        mentions: 0,
        rev: 0,
      },
      "p-1": {
        id: "p-1",
        name: "Tea House",
        kind: "private" as const,
        head: 0,
        unread: 0,
        mentions: 0,
        rev: 0,
      },
    },
    mine: new Set(["tea", "p-1"]),
    people: { u1: ada, u2: bob },
    user: ada,
  };

  test("shows a message around the words that were looked for, and marks them all", () => {
    const marked = (text: string, query: string, files?: FileFacts[]) =>
      passageOf({ text, files }, query)
        .map(({ text, isHit }) => (isHit ? `[${text}]` : text))
        .join("");
    expect(marked("A **café** and Tea", "TÉA cafe")).toBe("A [café] and [Tea]");
    expect(marked("Straße ﬁn, 한국", "fi 하")).toBe("Straße [ﬁ]n, [한]국");
    expect(marked(`${"word ".repeat(100)}tea ${"word ".repeat(100)}`, "tea")).toMatch(
      /^…(word ){4,5}\[tea\] word .{150,}$/,
    );
    expect(marked("[link](https://tea.example)", "tea")).toBe("link");
    const files = [{ id: "f1", name: "tea_list.pdf", type: "application/pdf", size: 9 }];
    expect(marked("Here", "tea", files)).toBe("Here 📎 [tea]_list.pdf");
    expect(marked("", "list", files)).toBe("📎 tea_[list].pdf");
  });

  test("knows the operator that is typed, and what it can be completed with", () => {
    const typed = { operator: "in", operand: "te", others: "jam ", isTaken: false };
    expect(readQuery("jam in:te", known)).toMatchObject({ text: "jam", filters: {}, typed });
    expect(readQuery("from:Cy Park", known)).toMatchObject({ person: "Cy Park", filters: {} });
    expect(readQuery("begin:now", known)).toEqual({ text: "begin:now", filters: {} });
    const names = (operator: "in" | "from" | "before", operand: string) =>
      candidatesFor(operator, operand, known).map(({ name }) => name);
    expect(names("in", "t")).toEqual(["Tea", "Tea House"]);
    expect(names("from", "b")).toEqual(["Bob"]);
    expect(names("before", "today")).toEqual(["Today"]);
    expect(names("before", "2020-02-29")).toHaveLength(1);
    expect(names("before", "2021-02-29")).toEqual([]);
  });

  test("takes each operator that names one thing, or that only one answers, as it is typed", () => {
    expect(readQuery("crowd from:BOB in:tea", known)).toMatchObject({
      text: "crowd",
      filters: { from: bob, in: "tea" },
    });
    expect(readQuery("in:hou jam", known)).toMatchObject({ text: "jam", filters: { in: "p-1" } });
    const open = readQuery("jam in:te from:bob", known);
    expect(open).toMatchObject({ text: "jam", filters: { from: bob } });
    expect(open.typed).toMatchObject({ operand: "te", others: "jam from:bob", isTaken: false });
  });

  test("takes an operator as typed to its end once the next word belongs to no name", () => {
    expect(settled("in:tea ", known)).toBeUndefined();
    expect(settled("in:tea h", known)).toBeUndefined();
    expect(settled("jam in:tea house x", known)).toEqual({ query: "jam x", filter: { in: "p-1" } });
    expect(settled("in:tea x", known)).toEqual({ query: "x", filter: { in: "tea" } });
    expect(settled("from:bob x", known)).toEqual({ query: "x", filter: { from: bob } });
    const before = new Date(2026, 10, 1).getTime();
    expect(settled("before:2026-11 x", known)).toEqual({ query: "x", filter: { before } });
    const left = { query: "x y", filter: { from: bob, in: "tea" } };
    expect(settled("in:tea from:bob x y", known)).toEqual(left);
    expect(settled("in:nowhere x", known)).toBeUndefined();
  });
});

describe("links", () => {
  test("a link names a room, with or without a message or an invitation, or else the lobby", () => {
    expect(destinationOf("#tea")).toEqual({ room: "tea" });
    expect(destinationOf("#tea/12")).toEqual({ room: "tea", seq: 12 });
    expect(destinationOf("#p-1?invite=code")).toEqual({ room: "p-1", invite: "code" });
    expect(destinationOf("#no%20room/x%")).toEqual({ room: "no room" });
    expect(destinationOf("#%")).toEqual({ room: "%" });
    expect(destinationOf("")).toEqual({ room: "lobby" });
    expect(destinationOf("#")).toEqual({ room: "lobby" });
  });
});

test("ids are distinct UUIDs of version 4", () => {
  const ids = Array.from({ length: 200 }, uuid);
  expect(new Set(ids).size).toBe(ids.length);
  const v4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  for (const id of ids) expect(id).toMatch(v4);
});

describe("the colours of people", () => {
  afterEach(() => vi.unstubAllGlobals());

  /** The page as it is after a reload. */
  async function reloaded() {
    vi.resetModules();
    return (await import("../../web/people/hue.ts")).colourOf;
  }

  test("differ among the last 24 in a room, and stay as they are, after a reload too", async () => {
    const kept = new Map<string, string>();
    const localStorage = {
      getItem: (key: string) => kept.get(key),
      setItem: (key: string, value: string) => kept.set(key, value),
    };
    vi.stubGlobal("window", { localStorage });
    const colourOf = await reloaded();
    const people = Array.from({ length: 60 }, () => uuid());
    const colours = people.map((person) => JSON.stringify(colourOf(person, "tea")));
    expect(new Set(colours.slice(0, 24)).size).toBe(24);
    expect(new Set(colours.slice(-24)).size).toBe(24);
    const again = await reloaded();
    const others = people.toReversed().map((person) => JSON.stringify(again(person, "tea")));
    expect(others.toReversed()).toEqual(colours);
  });

  test("are the same in all other places", async () => {
    const colourOf = await reloaded();
    expect(colourOf("0a1b2c3d", "zoo")).toEqual(colourOf("0a1b2c3d"));
  });
});

describe("the people of a room", () => {
  test("each person is counted once", () => {
    const one = withPerson({ count: 1, users: [ada] }, bob, true);
    expect(one).toEqual({ count: 2, users: [ada, bob] });
    expect(withPerson(one, bob, true).count).toBe(2);
    expect(withPerson(one, ada, false)).toEqual({ count: 1, users: [bob] });
  });

  test("a count without names stays as it is", () => {
    expect(withPerson({ count: 500 }, bob, true)).toEqual({ count: 500 });
    expect(withPerson({ count: 500 }, bob, false)).toEqual({ count: 500 });
  });

  test("a notice with a lower `n` than an earlier one is ignored", () => {
    const isNewest = newestNotices();
    expect(isNewest(ada.id, 4)).toBe(true);
    expect(isNewest(ada.id, 3)).toBe(false);
    expect(isNewest(bob.id, 1)).toBe(true);
    expect(isNewest(ada.id, 5)).toBe(true);
  });
});

test("the lobby comes first in one's rooms, and the other rooms are the public ones", () => {
  const room = (id: string, kind: Room["kind"] = "public"): Room => {
    return { id, name: id, kind, head: 0, unread: 0, mentions: 0, rev: 0 };
  };
  const list = [room("tea"), room("lobby"), room("art"), room("zoo"), room("p-x", "private")];
  const rooms = Object.fromEntries(list.map((one) => [one.id, one]));
  const mine = new Set(["tea", "lobby", "art"]);
  expect(ownRooms(rooms, mine).map(({ id }) => id)).toEqual(["lobby", "art", "tea"]);
  expect(
    othersRooms(rooms, mine, [room("tea"), room("zoo"), room("p-x")]).map(({ id }) => id),
  ).toEqual(["zoo"]);
});

describe("the rows of a timeline", () => {
  const entry = (seq: number, id: string, author = ada): Entry => {
    return { room: "tea", seq, kind: "message", id, author, at: seq, text: id };
  };
  const sent = { id: "b", room: "tea", text: "b", at: 0, state: "pending" } as const;

  test("one's own message keeps its key when it becomes an entry", () => {
    const before = toRows([entry(1, "a")], [sent], ada);
    const after = toRows([entry(1, "a"), entry(2, "b")], [], ada);
    expect(before.map(({ key }) => key)).toEqual(["a", "b"]);
    expect(after.map(({ key }) => key)).toEqual(["a", "b"]);
  });

  test("a group ends five minutes after its first message, and after eight messages", () => {
    const startsOf = (minutes: readonly number[]) =>
      toRows(
        minutes.map((minute, index) => ({ ...entry(index + 1, `${index}`), at: minute * 60_000 })),
        [],
        bob,
      ).map((row) => "starts" in row && row.starts);
    expect(startsOf([0, 2, 4, 5, 6, 8])).toEqual([true, false, false, false, true, false]);
    expect(startsOf(Array.from({ length: 10 }, () => 0))).toEqual([
      ...[true, false, false, false, false, false, false, false],
      ...[true, false],
    ]);
  });

  test("a day begins above who joined on it", () => {
    const noon = new Date(2026, 5, 1, 12).getTime();
    const DAY = 24 * 3_600_000;
    const joined = (at: number) => ({ kind: "joined", user: bob, at, after: 1 }) as const;
    const rows = toRows(
      [
        { ...entry(1, "a"), at: noon },
        { ...entry(2, "b"), at: noon + 2 * DAY + 1 },
      ],
      [],
      ada,
      { notices: [joined(noon + 1), joined(noon + DAY), joined(noon + 2 * DAY)] },
    );
    expect(rows.map((row) => ["notices" in row, row.day !== undefined])).toEqual([
      [false, true],
      [true, false],
      [true, true],
      [true, true],
      [false, false],
    ]);
  });

  test("a message that is in the log and not yet acknowledged has one row", () => {
    expect(toRows([entry(1, "b")], [sent], ada).length).toBe(1);
  });

  test("the messages of others have keys of their own, whatever their ids", () => {
    const rows = toRows([entry(1, "b", bob), entry(2, "b", bob)], [sent], ada);
    expect(new Set(rows.map(({ key }) => key)).size).toBe(3);
  });
});
