import * as v from "valibot";
import { expect } from "vitest";
import type * as budgets from "../../functions/store/budgets.ts";
import { spend, spendFrom } from "../../functions/store/budgets.ts";
import { connections, putConnection } from "../../functions/store/connections.ts";
import {
  CONNECTION_SECONDS,
  PERSON_SECONDS,
  person,
  ROOMS,
  secondsFromNow,
} from "../../functions/store/items.ts";
import { kind } from "../../functions/store/table.ts";
import { contract, newId } from "./contract.ts";

/** How often a minute's worth can be spent of a budget of 5 minutes. */
async function timesOf(user: string, more: { filled?: number; first?: number } = {}) {
  const [cost, most, filled] = [60_000, 300_000, Date.now()];
  for (let times = 0; times < 10; times++) {
    if (!(await spend(user, "budget", { cost, most, filled, ...more }))) return times;
  }
  return Infinity;
}

contract<typeof budgets>({
  spendFrom: {
    "spends from an attribute of an item, if another condition holds as well": async () => {
      const id = newId();
      const expiresAt = secondsFromNow(CONNECTION_SECONDS);
      const user = { id: newId(), name: "Ada" };
      const connection = { connectionId: id, user, dialect: "raw", connectedAt: 0 } as const;
      await putConnection({ ...connection, expiresAt }, false);
      const spendOnce = (seconds: number, most: number) =>
        spendFrom(
          connections,
          [id],
          "sentAt",
          { cost: 60_000, most },
          { if: "expiresAt > :seconds", values: { seconds } },
        );
      expect(await spendOnce(expiresAt, 120_000)).toBeUndefined();
      expect(await spendOnce(0, 120_000)).toMatchObject({ connectionId: id });
      expect(await spendOnce(0, 60_000)).toBeUndefined();
      expect(await spendOnce(0, 120_000)).toBeDefined();
      expect(await spendOnce(0, 120_000)).toBeUndefined();
    },
  },

  spend: {
    "gives what is left, and refills with time": async () => {
      const user = newId();
      expect(await timesOf(user)).toBe(5);
      expect(await timesOf(user)).toBe(0);
      expect(await spend(user, "budget", { cost: 1, most: 300_000, filled: Date.now() })).toBe(
        true,
      );
      expect(await timesOf(newId())).toBe(5);
    },
    "can begin nearly empty": async () => {
      const user = newId();
      const first = Date.now() + 180_000;
      expect(await timesOf(user, { first })).toBe(2);
      expect(await timesOf(user, { first })).toBe(0);
    },
    "can count from a later time": async () => {
      expect(await timesOf(newId(), { filled: Date.now() + 120_000 })).toBe(3);
    },
    "ends after 90 days without spending": async () => {
      const user = newId();
      const keyOf = () => ({ room: person(user), entry: "budget" });
      const items = kind(ROOMS, v.object({ expiresAt: v.number() }), keyOf);
      for (const times of [5, 0]) {
        expect(await timesOf(user)).toBe(times);
        expect((await items.get())?.expiresAt).toBeCloseTo(secondsFromNow(PERSON_SECONDS), -1);
      }
    },
    "keeps budgets of other names apart": async () => {
      const user = newId();
      expect(await timesOf(user)).toBe(5);
      const spending = { cost: 60_000, most: 300_000, filled: Date.now() };
      expect(await spend(user, "rate", spending)).toBe(true);
    },
  },
});
