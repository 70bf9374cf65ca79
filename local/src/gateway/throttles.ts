import type { ApiDefinition } from "../template/stack.ts";
import { ACCOUNT_CONNECTIONS, ACCOUNT_REQUESTS } from "./quotas.ts";
import { TokenBucket } from "./token-bucket.ts";

/**
 * The account's, the stage's and the routes' throttles. A route's settings stand instead of the
 * stage's. Whether the routes without any share the stage's or have it each is unverified: here
 * they share.
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

  /** Calls of the management API are under the account's throttle alone. */
  admitsManagement(): boolean {
    return TokenBucket.take(this.#account);
  }

  #of(routeKey: string | undefined): readonly TokenBucket[] {
    const own = routeKey === undefined ? undefined : this.#routes.get(routeKey);
    return own ? [own] : this.#stage;
  }
}
