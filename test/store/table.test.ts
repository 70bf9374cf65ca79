import { ConditionalCheckFailedException, ThrottlingException } from "@aws-sdk/client-dynamodb";
import { expect } from "vitest";
import type * as batch from "../../functions/store/batch.ts";
import { batchGet } from "../../functions/store/batch.ts";
import type * as items from "../../functions/store/items.ts";
import { person, ROOMS } from "../../functions/store/items.ts";
import type * as table from "../../functions/store/table.ts";
import { ifHeld, isCurrent, isThrottled, secondsFromNow } from "../../functions/store/table.ts";
import { getUser, putUser } from "../../functions/store/users.ts";
import { contract, newId } from "./contract.ts";

const failure = { message: "", $metadata: {} };

contract<typeof batch>({
  batchGet: {
    "gives the items that exist among more than a hundred keys": async () => {
      const ids = Array.from({ length: 130 }, newId);
      await Promise.all(ids.map((id) => putUser({ id, name: id })));
      const keys = [...ids, newId()].map((id) => ({ room: person(id), entry: "user" }));
      const names = (await batchGet(ROOMS, keys)).map((item) => Object(item).name);
      expect(names.toSorted()).toEqual(ids.toSorted());
    },
  },
});

contract<typeof table>({
  ifHeld: {
    "gives what a write answers, or nothing when its condition did not hold": async () => {
      expect(await ifHeld(Promise.resolve(5))).toBe(5);
      const failed = Promise.reject(new ConditionalCheckFailedException(failure));
      expect(await ifHeld(failed)).toBeUndefined();
      await expect(ifHeld(Promise.reject(new Error("other")))).rejects.toThrow("other");
    },
  },

  isThrottled: {
    "tells a table with too much to do from other failures": async () => {
      expect(isThrottled(new ThrottlingException(failure))).toBe(true);
      expect(isThrottled(new ConditionalCheckFailedException(failure))).toBe(false);
    },
  },

  secondsFromNow: {
    "counts in seconds, as TTL does": async () => {
      expect(secondsFromNow(60) - Date.now() / 1_000).toBeCloseTo(60, -1);
    },
  },

  isCurrent: {
    "says whether an item has not expired": async () => {
      expect(isCurrent({ expiresAt: secondsFromNow(5) })).toBe(true);
      expect(isCurrent({ expiresAt: secondsFromNow(-1) })).toBe(false);
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
});
