import { ClientError } from "../../../protocol/errors.ts";
import { RATE_LIMIT, RATE_WINDOW_MS } from "../../../protocol/limits.ts";
import type { User } from "../../../protocol/model.ts";
import { spend } from "../../store/budgets.ts";
import type { EntryRecord } from "../../store/entries.ts";

/** Entries that are read before an append, in which retries are found and the rate is counted. */
export const TAIL = 25;

/** ms until one more message is allowed after the limit was reached. */
const EACH_MS = RATE_WINDOW_MS / RATE_LIMIT;

/**
 * Limits how many messages a person writes in a time. Changes count as messages: each is an entry,
 * and is pushed to everyone. They are counted in the newest entries of the log, each time that
 * these are read. If these entries are all younger than that time, older ones may count as well;
 * then the message is counted for the person, over all rooms, once.
 * @returns a function of the newest entries that throws the `ClientError` `rate_limited`
 */
export function rateOf({ id }: User) {
  let isCounted = false;
  return async (log: readonly EntryRecord[]): Promise<void> => {
    const now = Date.now();
    const recent = log.filter(({ at }) => at > now - RATE_WINDOW_MS);
    const own = recent.filter(({ author }) => author.id === id);
    if (own.length >= RATE_LIMIT) throw tooMany();
    if (isCounted || recent.length < TAIL) return;
    // The budget as it would be if the person's entries in the log had been counted too.
    const fullAt = own.reduce((until, { at }) => Math.max(until, at) + EACH_MS, 0);
    const filled = Math.max(now, fullAt);
    if (!(await spend(id, "rate", { cost: EACH_MS, most: RATE_WINDOW_MS, filled })))
      throw tooMany();
    isCounted = true;
  };
}

function tooMany(): ClientError {
  return new ClientError("rate_limited", "Too many messages in a few seconds");
}
