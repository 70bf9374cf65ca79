import * as v from "valibot";
import { PERSON_SECONDS, person, ROOMS, secondsFromNow } from "./items.ts";
import { type Condition, kind, type Update } from "./table.ts";

/**
 * What may be spent of something that refills with time: one number on an item, the time in ms at
 * which it is full again (the generic cell rate algorithm, GCRA).
 */

interface Spending {
  /** In ms of refilling: what is spent, and the whole budget. */
  cost: number;
  most: number;
  /** The time from which the spending counts: now, or later if more was spent elsewhere. */
  filled?: number;
  /** When an untouched budget would be full; absent if it starts full. */
  first?: number;
  /** In seconds since the epoch: when the item ends, if that is the budget's to say. */
  expiresAt?: number;
}

/**
 * Spends from the budget that an attribute of an item is. One conditional update if the budget is
 * full, otherwise two.
 * @param besides what must hold of the item as well
 * @returns the item, or undefined if too little is left
 */
export async function spendFrom<Ids, Item>(
  { update }: { update: (ids: Ids, ...update: Update) => Promise<Item | undefined> },
  ids: Ids,
  name: string,
  { cost, most, filled = Date.now(), first, expiresAt }: Spending,
  besides?: Condition,
): Promise<Item | undefined> {
  const now = Date.now();
  const and = besides ? `${besides.if} AND ` : "";
  const isNew = `attribute_not_exists(#${name}) OR`;
  const ends = expiresAt === undefined ? {} : { expiresAt };
  const full = await update(
    ids,
    { set: { [name]: filled + cost, v: 1, ...ends } },
    {
      if: `${and}(${first === undefined ? isNew : ""} #${name} <= :now)`,
      values: { ...besides?.values, now },
    },
  );
  // Where one spending takes all, only a full budget has enough.
  if (full || (cost === most && first === undefined)) return full;
  const end = expiresAt === undefined ? "" : ", expiresAt = :expiresAt";
  const values = { first: first ?? filled, cost, latest: now + most - cost, one: 1, ...ends };
  return update(ids, `SET #${name} = if_not_exists(#${name}, :first) + :cost, v = :one${end}`, {
    if: `${and}(${isNew} #${name} <= :latest)`,
    values: { ...besides?.values, ...values },
  });
}

const budgets = kind(
  ROOMS,
  v.object({ fullAt: v.number() }),
  (userId: string, name: "budget" | "rate") => ({ room: person(userId), entry: name }),
);

/**
 * Spends from a budget of a person, which ends when a guest who does not return is forgotten.
 * @returns false if too little is left
 */
export async function spend(
  userId: string,
  name: "budget" | "rate",
  spending: Omit<Spending, "expiresAt">,
): Promise<boolean> {
  const expiresAt = secondsFromNow(PERSON_SECONDS);
  const spent = await spendFrom(budgets, [userId, name], "fullAt", { ...spending, expiresAt });
  return spent !== undefined;
}
