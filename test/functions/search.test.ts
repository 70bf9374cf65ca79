import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { parallel } from "../../functions/parallel.ts";
import { putEntry } from "../../functions/store/entries.ts";
import { bytesOf } from "../../functions/store/items.ts";
import { emit, fillBudget, mockPosts, newPerson, newRoomId, unitsReadBy } from "./world.ts";

mockPosts();

type Ada = Awaited<ReturnType<typeof newPerson>>;

/** A room of the person with messages at these times. */
async function roomWith(ada: Ada, times: number[], text = "needle") {
  const { connectionId, user } = ada;
  const room = newRoomId();
  await fillBudget(ada);
  await emit(connectionId, "joinRoom", { room });
  await parallel([...times.entries()], ([index, at]) =>
    putEntry({
      room,
      seq: index + 1,
      kind: "message",
      id: randomUUID(),
      author: user,
      at,
      text,
      count: index + 1,
    }),
  );
  return room;
}

const every = (step: number, count: number) =>
  Array.from({ length: count }, (_, n) => n * step + step);

/** Every page of a search, up to a number of pages. */
async function searchAll(ada: Ada, data: object) {
  const pages: { room: string; seq: number; at: number }[][] = [];
  for (let before: string | undefined, more = true; more; ) {
    await fillBudget(ada);
    const page = await emit(ada.connectionId, "search", { text: "needle", ...data, before });
    expect(page).toMatchObject({ ok: true });
    expect(page.more).toBe(page.before !== undefined);
    pages.push(page.entries);
    ({ before, more } = page);
    if (pages.length > 200) throw new Error("The search does not end");
  }
  return pages;
}

describe("a search over several rooms", () => {
  test("gives every match once, newest first, even if rooms differ in length and entries share their times", async () => {
    const ada = await newPerson();
    const times = [every(1, 320), every(7, 90), every(3, 5), every(50, 12), []];
    const rooms = await Promise.all(times.map((one) => roomWith(ada, one)));
    const found = (await searchAll(ada, {})).flat();
    expect(found.map(({ at }) => at)).toEqual(times.flat().toSorted((a, b) => b - a));
    const names = new Set(found.map(({ room, seq }) => `${room} ${seq}`));
    expect(names.size).toBe(found.length);
    expect(new Set(found.map(({ room }) => room)).size).toBe(rooms.length - 1);
  });

  test("reads a bounded part of the logs in a call, and says where to go on even if it found none", async () => {
    const ada = await newPerson();
    await roomWith(ada, every(2, 1_400), "hay");
    await roomWith(ada, every(3, 1_200), "hay");
    const old = await roomWith(ada, [1]);
    const pages = await searchAll(ada, {});
    expect(pages.length).toBe(2);
    expect(pages[0]).toEqual([]);
    expect(pages.flat()).toMatchObject([{ room: old, seq: 1 }]);
  });

  test("is of one author's messages, up to a date, where it is to be", async () => {
    const ada = await newPerson();
    const times = Array.from({ length: 40 }, (_, day) => Date.UTC(2026, 0, day + 1, 12));
    const room = await roomWith(ada, times);
    const days = async (more: object) =>
      (await searchAll(ada, more)).flat().map(({ at }) => new Date(at).toISOString().slice(0, 10));
    expect((await days({ until: "2026-01-03" })).toSorted()).toEqual([
      "2026-01-01",
      "2026-01-02",
      "2026-01-03",
    ]);
    expect(await days({ room, until: "2026-01-03T11:00Z" })).toEqual(["2026-01-02", "2026-01-01"]);
    expect(await days({ until: "2025-12-31" })).toEqual([]);
    expect(await days({ from: ada.user.id })).toHaveLength(40);
    expect(await days({ from: "0".repeat(20) })).toEqual([]);
    for (const until of ["yesterday", "2026-13-01", "2026", 5]) {
      const ack = await emit(ada.connectionId, "search", { text: "x", until });
      expect(ack, `${until}`).toMatchObject({ error: { code: "bad_request" } });
    }
  });

  test("passes over places in rooms that are not the person's, and refuses what is no cursor", async () => {
    const [ada, bob] = await Promise.all([newPerson(), newPerson()]);
    const [room, others] = [await roomWith(ada, [1, 2, 3]), await roomWith(bob, [1, 2, 3])];
    const search = (before: string) => emit(ada.connectionId, "search", { text: "needle", before });
    const page = await search(`${others}:9:9,${room}:3:2`);
    expect(page.entries.map(({ seq }: { seq: number }) => seq)).toEqual([2, 1]);
    const twice = `${room}:3:2,${room}:2:1`;
    for (const before of [
      "12",
      twice,
      `${room}:9999999999999999:1`,
      `${room}:1:9999999999999999`,
    ]) {
      expect(await search(before)).toMatchObject({ error: { code: "bad_request" } });
    }
  });

  test("advances by at least one read in each call, even over a hundred rooms", async () => {
    const ada = await newPerson();
    // One room is busy; the entries of the others are old.
    for (let n = 0; n < 30; n++) await roomWith(ada, every(1, 8), "hay");
    const busy = await roomWith(
      ada,
      every(1, 900).map((at) => at + 1_000),
    );
    const pages = await searchAll(ada, {});
    expect(pages.flat().length).toBe(900);
    expect(pages.flat().every(({ room }) => room === busy)).toBe(true);
    expect(pages.length).toBeLessThan(25);
  });
});

/** The longest texts, with a reply to one of them by each fifth. */
async function roomOfLongest(ada: Ada, entries: number) {
  const room = await roomWith(ada, []);
  await parallel(every(1, entries), (seq) =>
    putEntry({
      room,
      seq,
      kind: "message",
      id: randomUUID(),
      author: ada.user,
      at: seq,
      text: "👍".repeat(4_000),
      count: seq,
      ...(seq > 60 && { replyTo: seq - 60 }),
    }),
  );
  return room;
}

describe("where a room is full of the longest texts, no frame reads more than 300 units (promise 11)", () => {
  test.each([
    ["history", {}],
    ["history", { before: 90, limit: 100 }],
    ["history", { after: 0, limit: 100 }],
    ["joinRoom", {}],
    ["search", { text: "👍" }],
    ["search", { text: "none" }],
    ["message", { id: randomUUID(), text: "hi" }],
    ["message", { id: randomUUID(), text: "hi", after: 0 }],
    ["react", { id: randomUUID(), seq: 1, emoji: "👍" }],
  ])("%s %j", async (event, data) => {
    const ada = await newPerson();
    const room = await roomOfLongest(ada, 120);
    const units = await unitsReadBy(async () => {
      const { error } = await emit(ada.connectionId, event, { room, ...data });
      expect([undefined, "stale"]).toContain(error?.code);
    });
    expect(units).toBeLessThanOrEqual(300);
  });

  test("search over all rooms", async () => {
    const ada = await newPerson();
    for (let n = 0; n < 40; n++) await roomOfLongest(ada, 3);
    await fillBudget(ada);
    let found = 0;
    for (let before: string | undefined, more = true; more; ) {
      await fillBudget(ada);
      const units = await unitsReadBy(async () => {
        const page = await emit(ada.connectionId, "search", { text: "👍", before });
        found += page.entries.length;
        ({ before, more } = page);
      });
      expect(units).toBeLessThanOrEqual(300);
    }
    expect(found).toBe(120);
  });
});

test("a read of items with sets counts their elements", () => {
  const mentions = new Set(Array.from({ length: 1_000 }, (_, n) => 1_000_000 + n));
  expect(bytesOf([{ mentions }])).toBeGreaterThan(7_000);
});
