import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { parallel } from "../../functions/parallel.ts";
import { putEntry } from "../../functions/store/entries.ts";
import { emit, fillBudget, mockPosts, newPerson, newRoomId } from "./world.ts";

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
  for (let before: number | undefined, more = true; more; ) {
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

  test("reads a bounded number of entries in a call, and says where to go on even if it found none", async () => {
    const ada = await newPerson();
    await roomWith(ada, every(2, 700), "hay");
    await roomWith(ada, every(3, 600), "hay");
    const old = await roomWith(ada, [1]);
    const pages = await searchAll(ada, {});
    expect(pages.length).toBe(2);
    expect(pages[0]).toEqual([]);
    expect(pages.flat()).toMatchObject([{ room: old, seq: 1 }]);
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
