import { PutItemCommand, QueryCommand, ThrottlingException } from "@aws-sdk/client-dynamodb";
import * as v from "valibot";
import { afterEach, expect, vi } from "vitest";
import { toAttributes } from "../../functions/store/attributes.ts";
import type * as client from "../../functions/store/client.ts";
import { batchGet, db, ifHeld, orBusy, unlessBusy } from "../../functions/store/client.ts";
import type * as module from "../../functions/store/items.ts";
import {
  bytesOf,
  inPartition,
  person,
  ROOMS,
  secondsFromNow,
  UNIT_BYTES,
} from "../../functions/store/items.ts";
import type * as table from "../../functions/store/table.ts";
import { getTogether, getUnthrottled, kind } from "../../functions/store/table.ts";
import { getPerson, putPerson } from "../../functions/store/users.ts";
import { contract, newId } from "./contract.ts";

afterEach(() => void vi.restoreAllMocks());

const Item = v.object({ room: v.string(), entry: v.string(), text: v.optional(v.string()) });

const items = kind(ROOMS, Item, (room: string, entry: string) => ({ room, entry }));

/** A partition with items of these sort keys. */
async function newPartition(entries: readonly string[]): Promise<string> {
  const room = newId();
  for (const entry of entries) await items.put([room, entry], {});
  return room;
}

const expired = { expiresAt: secondsFromNow(-1) };

contract<typeof table>({
  kind: {
    "get gives an item, unless it has expired": async () => {
      const room = await newPartition(["a"]);
      expect(await items.get(room, "a")).toEqual(items.key(room, "a"));
      expect(await items.get(room, "b")).toBeUndefined();
      await items.put([room, "a"], expired);
      expect(await items.get(room, "a")).toBeUndefined();
    },
    "getAll gives the items that exist among more than a hundred keys": async () => {
      const ids = Array.from({ length: 130 }, newId);
      await Promise.all(ids.map((id) => items.put([id, "a"], {})));
      const keys = [...ids, newId()].map((id) => items.key(id, "a"));
      const found = await items.getAll(keys);
      expect(found.map(({ room }) => room).toSorted()).toEqual(ids.toSorted());
    },
    "put writes an item, if a condition holds": async () => {
      const room = newId();
      const condition = { if: "attribute_not_exists(#text) OR #text < :text" };
      const put = (text: string) =>
        items.put([room, "a"], { text }, { ...condition, values: { text } });
      expect([await put("b"), await put("a"), await put("c")]).toEqual([true, false, true]);
      expect(await items.get(room, "a")).toEqual({ room, entry: "a", text: "c" });
    },
    "update sets, removes, adds and deletes, if the item exists": async () => {
      const Both = v.object({
        text: v.optional(v.string()),
        n: v.number(),
        tags: v.set(v.string()),
      });
      const boths = kind(ROOMS, Both, items.key);
      const room = await newPartition(["a"]);
      const tags = new Set(["x", "y"]);
      await boths.update([room, "a"], { set: { text: "b" }, add: { n: 2, tags } });
      const less = { set: { text: undefined }, delete: { tags: new Set(["x"]) }, add: { n: 1 } };
      expect(await boths.update([room, "a"], less)).toEqual({ n: 3, tags: new Set(["y"]) });
      expect(await boths.update([room, "b"], less)).toBeUndefined();
    },
    "update gives the updated item, or nothing if the condition did not hold": async () => {
      const room = await newPartition(["a"]);
      const update = (from: string | undefined, text: string) =>
        items.update([room, "a"], "SET #text = :text", {
          if: from === undefined ? "attribute_not_exists(#text)" : "#text = :from",
          values: { text, from },
        });
      expect(await update(undefined, "b")).toMatchObject({ room, text: "b" });
      expect(await update("a", "c")).toBeUndefined();
      expect(await update("b", "c")).toMatchObject({ room, text: "c" });
    },
    "delete gives the deleted item": async () => {
      const room = await newPartition(["a"]);
      expect(await items.delete(room, "a")).toEqual(items.key(room, "a"));
      expect(await items.delete(room, "a")).toBeUndefined();
    },
    "query gives all of its items or the first ones, from either end, after a key": async () => {
      const room = await newPartition(["a3", "a1", "b1", "a2"]);
      const query = async (more: object) =>
        (await items.query({ ...inPartition(room, "a"), ...more })).map(({ entry }) => entry);
      expect(await query({})).toEqual(["a1", "a2", "a3"]);
      expect(await query({ limit: 2 })).toEqual(["a1", "a2"]);
      expect(await query({ limit: 2, backwards: true })).toEqual(["a3", "a2"]);
      expect(await query({ after: items.key(room, "a1"), stale: true })).toEqual(["a2", "a3"]);
      expect(await query({ limit: 0 })).toEqual([]);
    },
    "query gives as many items as the limit, besides those that have expired": async () => {
      const room = await newPartition(["a3"]);
      for (const entry of ["a1", "a2"]) await items.put([room, entry], expired);
      expect(await items.query({ ...inPartition(room, "a"), limit: 1 })).toEqual([
        items.key(room, "a3"),
      ]);
    },
    "query goes on past DynamoDB's page of 1 MB": async () => {
      const room = newId();
      const text = "x".repeat(300_000);
      for (let n = 0; n < 5; n++) await items.put([room, `a${n}`], { text });
      expect(await items.query(inPartition(room, "a"))).toHaveLength(5);
    },
    "scan gives every item, expired or not": async () => {
      const Connection = v.object({ connectionId: v.string() });
      const connections = kind(
        process.env.CONNECTIONS_TABLE ?? "",
        Connection,
        (connectionId: string) => ({ connectionId }),
      );
      const id = newId();
      // Another file's scan of the table may come across it.
      await connections.put([id], { ...expired, dialect: "raw", connectedAt: 0 });
      const found: unknown[] = [];
      for await (const page of connections.scan()) found.push(...page);
      expect(found).toContainEqual({ connectionId: id });
      await connections.delete(id);
    },
  },

  getUnthrottled: {
    "gives items of several kinds, each in its place": async () => {
      const room = await newPartition(["a", "b"]);
      const keys = ["b", "c", "a"].map((entry) => items.asked(room, entry));
      const found = await getUnthrottled(...keys);
      expect(found).toEqual([{ room, entry: "b" }, undefined, { room, entry: "a" }]);
    },
  },

  getTogether: {
    "gives items of several kinds, each in its place, as often as it is asked for": async () => {
      const room = await newPartition(["a", "b"]);
      await items.put([room, "c"], expired);
      const Short = v.pipe(
        v.object({ entry: v.string() }),
        v.transform(({ entry }) => entry),
      );
      const shorts = kind(ROOMS, Short, (entry: string) => ({ room, entry }));
      const [b, a, none, over, again] = await getTogether(
        shorts.asked("b"),
        items.asked(room, "a"),
        shorts.asked("d"),
        shorts.asked("c"),
        shorts.asked("b"),
      );
      expect([b, a, none, over, again]).toEqual([
        "b",
        { room, entry: "a" },
        undefined,
        undefined,
        "b",
      ]);
      expect(await getTogether()).toEqual([]);
    },
    "gives more than a hundred": async () => {
      const ids = Array.from({ length: 130 }, newId);
      await Promise.all(ids.map((id) => items.put([id, "a"], {})));
      const found = await getTogether(...ids.map((id) => items.asked(id, "a")));
      expect(found.map((item) => item?.room)).toEqual(ids);
    },
  },
});

contract<typeof client>({
  batchGet: {
    "gives the items that exist among the keys": async () => {
      const room = await newPartition(["a", "b"]);
      const keys = ["b", "c"].map((entry) => items.key(room, entry));
      expect(await batchGet(ROOMS, keys)).toEqual([{ room, entry: "b", v: 1 }]);
    },
  },

  ifHeld: {
    "gives nothing if the condition of a write did not hold": async () => {
      const Item = toAttributes(items.key(newId(), "a"));
      const put = new PutItemCommand({
        TableName: ROOMS,
        Item,
        ConditionExpression: "attribute_not_exists(room)",
      });
      expect(await ifHeld(db.send(put))).toBeDefined();
      expect(await ifHeld(db.send(put))).toBeUndefined();
    },
  },

  orBusy: {
    "throws busy if the table is throttled (promise 9)": async () => {
      const refused = Promise.reject(new ThrottlingException({ message: "", $metadata: {} }));
      await expect(orBusy(refused)).rejects.toMatchObject({ code: "busy" });
    },
  },

  unlessBusy: {
    "gives the result, nothing if the table is throttled, and throws any other error": async () => {
      expect(await unlessBusy(items.get(newId(), "a").then(() => 1))).toBe(1);
      const send = vi.spyOn(db, "send");
      send.mockRejectedValue(new ThrottlingException({ message: "", $metadata: {} }));
      expect(await unlessBusy(items.get("room", "a").then(() => 1))).toBeUndefined();
      send.mockRejectedValue(new Error("lost"));
      await expect(unlessBusy(items.get("room", "a"))).rejects.toThrow("lost");
    },
  },
});

contract<typeof module>({
  bytesOf: {
    "is at least what DynamoDB counts of a read": async () => {
      const room = newId();
      for (const entry of ["1", "2", "3"]) {
        await items.put([room, entry], { text: "x".repeat(12_000) });
      }
      for (const to of ["0", "1", "3"]) {
        const where = "room = :room AND entry <= :to";
        const Query = { TableName: ROOMS, ConsistentRead: true } as const;
        const { ConsumedCapacity } = await db.send(
          new QueryCommand({
            ...Query,
            KeyConditionExpression: where,
            ExpressionAttributeValues: toAttributes({ ":room": room, ":to": to }),
            ReturnConsumedCapacity: "TOTAL",
          }),
        );
        const read = await items.query({ where, values: { room, to } });
        const units = bytesOf(read) / UNIT_BYTES;
        expect(Math.ceil(units)).toBeGreaterThanOrEqual(ConsumedCapacity?.CapacityUnits ?? 9);
        expect(units).toBeLessThanOrEqual((ConsumedCapacity?.CapacityUnits ?? 0) + 1);
      }
    },
  },

  secondsFromNow: {
    "counts in seconds, as TTL does": async () => {
      expect(secondsFromNow(60) - Date.now() / 1_000).toBeCloseTo(60, -1);
    },
  },

  person: {
    "names the partition of a person, which no room has": async () => {
      const id = newId();
      const user = { id, name: "Ada" };
      await putPerson({
        user,
        connectionId: newId(),
        dialect: "raw",
        expiresAt: 1,
        connectedAt: 0,
      });
      expect(person(id)).toBe(`@${id}`);
      expect(await getPerson(id)).toBeDefined();
    },
  },

  inPartition: {
    "finds the items whose sort keys have the prefix": async () => {
      const room = await newPartition(["a1", "b1"]);
      expect(await items.query(inPartition(room, "b"))).toEqual([items.key(room, "b1")]);
    },
  },
});
