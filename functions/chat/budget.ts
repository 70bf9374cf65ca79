import { ClientError } from "../../protocol/errors.ts";
import type { User } from "../../protocol/model.ts";
import { spend } from "../store/budgets.ts";

/**
 * Each person's budget for what costs more than a few reads. It is counted in seconds: each second
 * adds one, up to an hour.
 */
const FULL = 3_600;

/** What a new guest starts with: enough for six new rooms, or for two rooms and 20 invitations. */
const FIRST = 900;

/** The costs in seconds. */
const WEIGHTS = {
  /** For each upload, and again for each MB of the file. */
  upload: 4,
  search: 20,
  recovery: 30,
  setRoom: 60,
  invite: 30,
  direct: 60,
  link: 60,
  rename: 120,
  newRoom: 150,
};

/** Pays a cost. @returns false if too little is left */
export function pay({ id }: User, what: keyof typeof WEIGHTS, times = 1): Promise<boolean> {
  const now = Date.now();
  const cost = Math.round(WEIGHTS[what] * times * 1_000);
  const first = now + (FULL - FIRST) * 1_000;
  return spend(id, "budget", { cost, most: FULL * 1_000, filled: now, first });
}

/** @throws {ClientError} `rate_limited` if the person cannot pay */
export async function charge(
  user: User,
  what: keyof typeof WEIGHTS,
  times?: number,
): Promise<void> {
  if (await pay(user, what, times)) return;
  throw new ClientError("rate_limited", "You have done this too often; try again in a few minutes");
}
