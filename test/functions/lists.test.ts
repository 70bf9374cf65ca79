import { describe, expect, test } from "vitest";
import { putEntry } from "../../functions/store/entries.ts";
import { putMembership } from "../../functions/store/memberships.ts";
import { putPublicRoom } from "../../functions/store/room-records.ts";
import { MAX_ROOMS } from "../../protocol/limits.ts";
import type { Room } from "../../protocol/model.ts";
import {
  closeConnection,
  emit,
  mockPosts,
  newMessage,
  newPerson,
  newRoomId,
  unitsReadBy,
} from "./world.ts";

/** Lists: their order within a page, and what a page may read. */
mockPosts();

test("a page of people has those online first, and names that begin with the query before those that contain it", async () => {
  const room = newRoomId();
  const names = ["Robert", "Bert", "Zoë", "Albert", "Bertha"];
  const people = await Promise.all(names.map((name) => newPerson(name)));
  for (const { connectionId } of people) await emit(connectionId, "joinRoom", { room });
  const [robert, bert, zoe] = people;
  for (const one of [robert, bert]) await closeConnection(one?.connectionId ?? "");
  const { people: page } = await emit(zoe?.connectionId ?? "", "people", { room, query: "bert" });
  expect(page.map(({ name }: { name: string }) => name)).toEqual([
    "Bertha",
    "Albert",
    "Bert",
    "Robert",
  ]);
});

describe("the rooms of somebody in 100 rooms with large messages", () => {
  async function withMany() {
    const ada = await newPerson();
    const ids: string[] = [];
    for (let n = 1; n < MAX_ROOMS; n++) {
      const id = newRoomId();
      await putPublicRoom({ id, name: `Room ${id}`, topic: "字".repeat(256), owner: ada.user.id });
      await putMembership(ada.user.id, { room: id, since: n, read: { seq: 0, count: 0 } });
      const text = "👍".repeat(4_000);
      const log = { seq: 1, kind: "message", author: ada.user, at: n, count: 1 } as const;
      await putEntry({ ...newMessage(id, text), ...log });
      ids.push(id);
    }
    return { ada, ids: ["lobby", ...ids].toSorted() };
  }

  test.each([{}, { query: "room" }, { query: "nothing" }])(
    "come in pages that read at most 300 units each, and together hold each room once: %j (promise 11)",
    async (query) => {
      const { ada, ids } = await withMany();
      const found: string[] = [];
      for (let after: string | undefined, more = true; more; ) {
        const units = await unitsReadBy(async () => {
          const page = await emit(ada.connectionId, "rooms", { ...query, after, limit: 100 });
          expect(page).toMatchObject({ ok: true });
          found.push(...page.rooms.map(({ id }: Room) => id));
          ({ more, after } = page);
        });
        expect(units).toBeLessThanOrEqual(300);
      }
      const mine = found.filter((id) => ids.includes(id));
      const expected = "query" in query ? ids.filter((id) => id !== "lobby") : ids;
      expect(mine.toSorted()).toEqual(query.query === "nothing" ? [] : expected);
    },
  );
});
