import { BatchGetItemCommand, ThrottlingException } from "@aws-sdk/client-dynamodb";
import * as v from "valibot";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { db } from "../../functions/store/client.ts";
import { getUnthrottled, kind } from "../../functions/store/table.ts";

/** Keys that BatchGetItem leaves unprocessed, by which it tells that a table is throttled. */

const items = kind("t", v.object({ id: v.string() }), (id: string) => ({ id }));

let asked = 0;
beforeEach(() => {
  asked = 0;
});
afterEach(() => vi.restoreAllMocks());

/** Leaves all keys unprocessed for `times` requests. */
function leaveUnprocessed(times: number): void {
  vi.spyOn(db, "send").mockImplementation(async (command: unknown) => {
    if (!(command instanceof BatchGetItemCommand)) throw new Error("Only batches are read here");
    asked += 1;
    const { RequestItems } = command.input;
    if (asked <= times) return { UnprocessedKeys: RequestItems };
    return { Responses: { t: RequestItems?.t?.Keys } };
  });
}

test("keys that a throttled table leaves unprocessed are asked for again", async () => {
  leaveUnprocessed(2);
  expect(await items.getAll([{ id: "a" }, { id: "b" }])).toEqual([{ id: "a" }, { id: "b" }]);
  expect(asked).toBe(3);
});

test("a table that stays throttled is answered busy, after a few tries (promise 9)", async () => {
  leaveUnprocessed(Number.POSITIVE_INFINITY);
  await expect(items.getAll([{ id: "a" }])).rejects.toMatchObject({ code: "busy" });
  expect(asked).toBeLessThan(100);
});

test("what can come late is asked for once, whether its keys or the whole call are refused", async () => {
  leaveUnprocessed(1);
  expect(await getUnthrottled(items.asked("a"), items.asked("b"))).toEqual([undefined, undefined]);
  expect(asked).toBe(1);
  const refused = new ThrottlingException({ message: "", $metadata: {} });
  vi.spyOn(db, "send").mockImplementation(() => Promise.reject(refused));
  expect(await getUnthrottled(items.asked("a"))).toEqual([undefined]);
});
