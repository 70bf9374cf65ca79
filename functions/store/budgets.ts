import * as v from "valibot";
import { person, ROOMS } from "./items.ts";
import { kind } from "./table.ts";

/**
 * What a person may spend of something that refills with time: one number, `fullAt`, the time in ms
 * at which it is full again (the generic cell rate algorithm, GCRA).
 */

const BudgetItem = v.object({ fullAt: v.number() });
const budgets = kind(ROOMS, BudgetItem, (userId: string, name: "budget" | "rate") => ({
  room: person(userId),
  entry: name,
}));

interface Spending {
  /** In ms of refilling: what is spent, and the whole budget. */
  cost: number;
  most: number;
  /** The smallest `fullAt` that is written: the present, or a later time. */
  filled: number;
  /** The `fullAt` of a budget from which nothing was spent yet; absent if that one is full. */
  first?: number;
}

/**
 * One conditional update if the budget is full, otherwise two.
 * @returns false if too little is left
 */
export async function spend(
  userId: string,
  name: "budget" | "rate",
  { cost, most, filled, first }: Spending,
): Promise<boolean> {
  const now = Date.now();
  const isNew = "attribute_not_exists(fullAt)";
  const full = await budgets.update([userId, name], "SET fullAt = :next, v = :one", {
    if: first === undefined ? `${isNew} OR fullAt <= :now` : "fullAt <= :now",
    values: { now, next: filled + cost, one: 1 },
  });
  if (full) return true;
  const change = "SET fullAt = if_not_exists(fullAt, :first) + :cost, v = :one";
  const spent = await budgets.update([userId, name], change, {
    if: `${isNew} OR fullAt <= :latest`,
    values: { first: first ?? filled, cost, latest: now + most - cost, one: 1 },
  });
  return spent !== undefined;
}
