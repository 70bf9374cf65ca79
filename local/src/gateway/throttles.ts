import type { ApiDefinition } from "../template/read-api.ts";
import { ACCOUNT_CONNECTIONS, ACCOUNT_REQUESTS } from "./quotas.ts";

/** Admits `burst` requests at once and `rate` a second in the long run. */
export class TokenBucket {
  readonly #rate: number;
  readonly #burst: number;
  readonly #now: () => number;
  #tokens: number;
  #filledAt: number;

  constructor(
    { rate, burst }: { readonly rate: number; readonly burst: number },
    now: () => number = () => performance.now(),
  ) {
    this.#rate = rate;
    this.#burst = burst;
    this.#now = now;
    this.#tokens = burst;
    this.#filledAt = now();
  }

  /** Takes a token of each bucket, or none if one of them is empty. */
  static take(...buckets: readonly TokenBucket[]): boolean {
    for (const bucket of buckets) bucket.#fill();
    if (buckets.some((bucket) => bucket.#tokens < 1)) return false;
    for (const bucket of buckets) bucket.#tokens--;
    return true;
  }

  #fill(): void {
    const now = this.#now();
    const tokens = this.#tokens + ((now - this.#filledAt) / 1000) * this.#rate;
    this.#tokens = Math.min(this.#burst, tokens);
    this.#filledAt = now;
  }
}

/**
 * The throttles of the account, the stage and its routes. A route with settings of its own is not
 * under the stage's. Whether the other routes share the stage's throttle or each have one like it is
 * unverified: here they share it.
 */
export class Throttles {
  readonly #account = new TokenBucket(ACCOUNT_REQUESTS);
  readonly #connections = new TokenBucket(ACCOUNT_CONNECTIONS);
  readonly #stage: readonly TokenBucket[];
  readonly #routes: ReadonlyMap<string, TokenBucket>;

  constructor({ throttle, routes }: ApiDefinition) {
    this.#stage = throttle ? [new TokenBucket(throttle)] : [];
    this.#routes = new Map(
      [...routes].flatMap(([key, { throttle }]) =>
        throttle ? [[key, new TokenBucket(throttle)]] : [],
      ),
    );
  }

  admitsHandshake(): boolean {
    return TokenBucket.take(this.#account, this.#connections, ...this.#of("$connect"));
  }

  admitsMessage(routeKey: string | undefined): boolean {
    return TokenBucket.take(this.#account, ...this.#of(routeKey));
  }

  /** Calls of the management API count for the account only. */
  admitsManagement(): boolean {
    return TokenBucket.take(this.#account);
  }

  #of(routeKey: string | undefined): readonly TokenBucket[] {
    const own = routeKey === undefined ? undefined : this.#routes.get(routeKey);
    return own ? [own] : this.#stage;
  }
}
