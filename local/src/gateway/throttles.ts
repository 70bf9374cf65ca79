import type { ApiDefinition } from "../template/definitions.ts";
import { ACCOUNT_CONNECTIONS, ACCOUNT_REQUESTS } from "./quotas.ts";
import { TokenBucket } from "./token-bucket.ts";

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
