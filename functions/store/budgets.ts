import * as v from "valibot";
import { person, ROOMS } from "./items.ts";
import { kind } from "./table.ts";

/**
 * What a person may spend of something that fills up again with time: one number, `fullAt`, the time
 * in ms at which it is full (the generic cell rate algorithm, GCRA).
 */

const BudgetItem = v.object({ fullAt: v.number() });
const budgets = kind(ROOMS, BudgetItem, (userId: string, name: "budget" | "rate") => ({
  room: person(userId),
  entry: name,
}));

interface Spending {
  /** ms of filling up: what is spent, and how much there is when it is full. */
  cost: number;
  most: number;
  /** `fullAt` once it has filled up: now, or later. */
  filled: number;
  /** `fullAt` of one that nothing was spent of yet, unless that is full. */
  first?: number;
}

/**
 * One conditional update where it is full, else two.
 * @returns false if there is too little left
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
