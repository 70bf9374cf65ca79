import type { ApiDefinition } from "../template/read-api.ts";

/** The limits of an account in a Region, for all its APIs. */
const ACCOUNT_REQUESTS = { rate: 10_000, burst: 5_000 };

/** The burst is unverified: here it is the number for one second. */
const ACCOUNT_CONNECTIONS = { rate: 500, burst: 500 };

/** Admits `burst` requests at once and `rate` a second in the long run. */
export function tokenBucket(
  limit: { readonly rate: number; readonly burst: number },
  now = () => performance.now(),
) {
  return { ...limit, now, tokens: limit.burst, filledAt: now() };
}

/** Takes a token of each bucket, or none if one of them is empty. */
export function takeToken(...buckets: readonly ReturnType<typeof tokenBucket>[]): boolean {
  for (const bucket of buckets) {
    const at = bucket.now();
    const filled = bucket.tokens + ((at - bucket.filledAt) / 1000) * bucket.rate;
    Object.assign(bucket, { tokens: Math.min(bucket.burst, filled), filledAt: at });
  }
  if (buckets.some(({ tokens }) => tokens < 1)) return false;
  for (const bucket of buckets) bucket.tokens--;
  return true;
}

/**
 * The throttles of the account, the stage and its routes. A route with settings of its own is not
 * under the stage's. Whether the other routes share the stage's throttle or each have one like it is
 * unverified: here they share it.
 */
export function createThrottles({ throttle, routes }: ApiDefinition) {
  const account = tokenBucket(ACCOUNT_REQUESTS);
  const connections = tokenBucket(ACCOUNT_CONNECTIONS);
  const ofStage = throttle ? [tokenBucket(throttle)] : [];
  const ofRoutes = new Map(
    [...routes].flatMap(([key, { throttle }]) => (throttle ? [[key, tokenBucket(throttle)]] : [])),
  );
  const bucketsOf = (routeKey = "") => {
    const own = ofRoutes.get(routeKey);
    return own ? [own] : ofStage;
  };
  return {
    admitsHandshake: () => takeToken(account, connections, ...bucketsOf("$connect")),
    admitsMessage: (routeKey?: string) => takeToken(account, ...bucketsOf(routeKey)),
    /** Calls of the management API count for the account only. */
    admitsManagement: () => takeToken(account),
  };
}
