import type { SocketEvent } from "../gateway/events.ts";
import { selectedKey } from "../gateway/route-selection.ts";
import type { ApiDefinition } from "../template/stack.ts";

/** What an invocation, or all of a route, has used. */
export interface Counts {
  invocations: number;
  coldStarts: number;
  /** Calls of DynamoDB. */
  reads: number;
  writes: number;
  /** Capacity units, which on demand are what one pays. */
  readUnits: number;
  writeUnits: number;
  /** Posts to connections. */
  posts: number;
  /** Calls that the role does not allow. */
  denied: number;
}

export type Counted = keyof Counts;

const NONE: Counts = {
  invocations: 0,
  coldStarts: 0,
  reads: 0,
  writes: 0,
  readUnits: 0,
  writeUnits: 0,
  posts: 0,
  denied: 0,
};

/** Clients name actions as they like; what comes above this is counted together. */
const MAX_ORIGINS = 200;
const OTHERS = "others";

/**
 * Counts by origin: the route and, on `$default`, the event that the route selection expression
 * reads; the function's logical id where it is invoked otherwise; `developer` for the calls of
 * whoever works at this machine.
 */
export class Counters {
  readonly #counts = new Map<string, Counts>();

  add(origin: string, what: Partial<Counts>): void {
    const counts = this.#of(origin);
    for (const name of COUNTED) counts[name] += what[name] ?? 0;
  }

  /** A copy, by origin. */
  snapshot(): Record<string, Counts> {
    return Object.fromEntries([...this.#counts].map(([origin, counts]) => [origin, { ...counts }]));
  }

  total(): Counts {
    const total = { ...NONE };
    for (const counts of this.#counts.values()) {
      for (const name of COUNTED) total[name] += counts[name];
    }
    return total;
  }

  reset(): void {
    this.#counts.clear();
  }

  #of(origin: string): Counts {
    const key = this.#counts.has(origin) || this.#counts.size < MAX_ORIGINS ? origin : OTHERS;
    const counts = this.#counts.get(key) ?? { ...NONE };
    this.#counts.set(key, counts);
    return counts;
  }
}

export const COUNTED = Object.keys(NONE).filter((name): name is Counted => name in NONE);

/** What an event of a connection is counted under. */
export function originOf(api: ApiDefinition, { requestContext, body }: SocketEvent): string {
  const { eventType, routeKey } = requestContext;
  if (eventType !== "MESSAGE" || routeKey !== "$default") return routeKey;
  const key = selectedKey(api, body ?? "");
  return /^[\w. -]{1,64}$/.test(key) ? `${routeKey} ${key}` : routeKey;
}
