import { randomUUID } from "node:crypto";
import { ThrottlingException } from "@aws-sdk/client-dynamodb";
import * as v from "valibot";
import { afterEach, expect, vi } from "vitest";
import type * as items from "../../functions/store/items.ts";
import { ofPartition, person, ROOMS } from "../../functions/store/items.ts";
import type * as table from "../../functions/store/table.ts";
import {
  batchGet,
  countItems,
  db,
  deleteItem,
  getItem,
  putItem,
  queryItems,
  scanItems,
  secondsFromNow,
  setting,
  updateItem,
} from "../../functions/store/table.ts";
import { getUser, putUser } from "../../functions/store/users.ts";
import { contract, newId } from "./contract.ts";

afterEach(() => void vi.restoreAllMocks());

const Item = v.object({ room: v.string(), entry: v.string(), text: v.optional(v.string()) });

const keyOf = (room: string, entry: string) => ({ room, entry });

/** A partition with items of these sort keys. */
async function newPartition(entries: readonly string[]): Promise<string> {
  const room = newId();
  for (const entry of entries) await putItem(ROOMS, keyOf(room, entry));
  return room;
}

/** Lets the tables have too much to do. */
function throttle(): void {
  vi.spyOn(db, "send").mockRejectedValue(new ThrottlingException({ message: "", $metadata: {} }));
}

const expired = { expiresAt: secondsFromNow(-1) };

contract<typeof table>({
  getItem: {
    "gives an item, and none that has expired": async () => {
      const room = await newPartition(["a"]);
      expect(await getItem(ROOMS, keyOf(room, "a"), Item)).toEqual(keyOf(room, "a"));
      expect(await getItem(ROOMS, keyOf(room, "b"), Item)).toBeUndefined();
      await putItem(ROOMS, { ...keyOf(room, "a"), ...expired });
      expect(await getItem(ROOMS, keyOf(room, "a"), Item)).toBeUndefined();
    },
    "throws busy where the table is throttled (promise 9)": async () => {
      throttle();
      await expect(getItem(ROOMS, keyOf("room", "a"), Item)).rejects.toMatchObject({
        code: "busy",
      });
    },
  },

  putItem: {
    "writes an item, if a condition holds": async () => {
      const key = keyOf(newId(), "a");
      const condition = { if: "attribute_not_exists(#text) OR #text < :text" };
      const put = (text: string) =>
        putItem(ROOMS, { ...key, text }, { ...condition, values: { text } });
      expect([await put("b"), await put("a"), await put("c")]).toEqual([true, false, true]);
      expect(await getItem(ROOMS, key, Item)).toEqual({ ...key, text: "c" });
    },
  },

  updateItem: {
    "gives the item as it is then, or nothing where the condition did not hold": async () => {
      const key = keyOf(await newPartition(["a"]), "a");
      const update = (from: string | undefined, text: string) =>
        updateItem(ROOMS, key, "SET #text = :text", {
          if: from === undefined ? "attribute_not_exists(#text)" : "#text = :from",
          values: { text, from },
        });
      expect(await update(undefined, "b")).toMatchObject({ ...key, text: "b" });
      expect(await update("a", "c")).toBeUndefined();
      expect(await update("b", "c")).toMatchObject({ ...key, text: "c" });
    },
  },

  setting: {
    "sets what is defined and removes the rest": async () => {
      const key = keyOf(await newPartition(["a"]), "a");
      for (const values of [
        { text: "b", name: "x" },
        { text: undefined, name: "y" },
      ]) {
        await updateItem(ROOMS, key, setting(values), { if: "attribute_exists(room)", values });
      }
      const both = v.object({ text: v.optional(v.string()), name: v.string() });
      expect(await getItem(ROOMS, key, both)).toEqual({ name: "y" });
    },
  },

  deleteItem: {
    "gives what was there": async () => {
      const key = keyOf(await newPartition(["a"]), "a");
      expect(await deleteItem(ROOMS, key)).toMatchObject(key);
      expect(await deleteItem(ROOMS, key)).toBeUndefined();
    },
  },

  queryItems: {
    "gives all of a query's items or the first ones, from either end, after a key": async () => {
      const room = await newPartition(["a3", "a1", "b1", "a2"]);
      const query = async (more: object) =>
        (await queryItems({ ...ofPartition(room, "a"), ...more }, Item)).map(({ entry }) => entry);
      expect(await query({})).toEqual(["a1", "a2", "a3"]);
      expect(await query({ limit: 2 })).toEqual(["a1", "a2"]);
      expect(await query({ limit: 2, backwards: true })).toEqual(["a3", "a2"]);
      expect(await query({ after: keyOf(room, "a1"), stale: true })).toEqual(["a2", "a3"]);
      expect(await query({ limit: 0 })).toEqual([]);
    },
    "gives as many as are wanted, past those that have expired": async () => {
      const room = await newPartition(["a3"]);
      for (const entry of ["a1", "a2"]) await putItem(ROOMS, { ...keyOf(room, entry), ...expired });
      expect(await queryItems({ ...ofPartition(room, "a"), limit: 1 }, Item)).toEqual([
        keyOf(room, "a3"),
      ]);
    },
    "goes on past DynamoDB's page of 1 MB": async () => {
      const room = newId();
      const text = "x".repeat(300_000);
      for (let n = 0; n < 5; n++) await putItem(ROOMS, { ...keyOf(room, `a${n}`), text });
      expect(await queryItems(ofPartition(room, "a"), Item)).toHaveLength(5);
    },
  },

  countItems: {
    "counts a query's items": async () => {
      const room = await newPartition(["a1", "a2", "b1"]);
      expect(await countItems(ofPartition(room, "a"))).toBe(2);
    },
  },

  scanItems: {
    "gives every item, expired or not": async () => {
      const key = { connectionId: randomUUID() };
      const connections = process.env.CONNECTIONS_TABLE ?? "";
      await putItem(connections, { ...key, ...expired });
      const found: unknown[] = [];
      for await (const page of scanItems(connections, v.object({ connectionId: v.string() }))) {
        found.push(...page);
      }
      expect(found).toContainEqual(key);
      await deleteItem(connections, key);
    },
  },

  batchGet: {
    "gives the items that exist among more than a hundred keys": async () => {
      const ids = Array.from({ length: 130 }, newId);
      await Promise.all(ids.map((id) => putUser({ id, name: id })));
      const keys = [...ids, newId()].map((id) => ({ room: person(id), entry: "user" }));
      const names = (await batchGet(ROOMS, keys, v.object({ name: v.string() }))).map(
        ({ name }) => name,
      );
      expect(names.toSorted()).toEqual(ids.toSorted());
    },
  },

  secondsFromNow: {
    "counts in seconds, as TTL does": async () => {
      expect(secondsFromNow(60) - Date.now() / 1_000).toBeCloseTo(60, -1);
    },
  },
});

contract<typeof items>({
  person: {
    "names the partition of a person, which is no room's": async () => {
      const id = newId();
      await putUser({ id, name: "Ada" });
      expect(person(id)).toBe(`@${id}`);
      expect(await getUser(id)).toBeDefined();
    },
  },

  ofPartition: {
    "finds the items whose sort keys begin alike": async () => {
      const room = await newPartition(["a1", "b1"]);
      expect(await queryItems(ofPartition(room, "b"), Item)).toEqual([keyOf(room, "b1")]);
    },
  },
});
