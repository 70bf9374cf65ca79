const NONE = {
  invocations: 0,
  coldStarts: 0,
  /** Calls of DynamoDB. */
  reads: 0,
  writes: 0,
  /** Capacity units; on-demand tables are billed by them. */
  readUnits: 0,
  writeUnits: 0,
  /** Posts to connections. */
  posts: 0,
  /** Calls that the role does not allow. */
  denied: 0,
};

/** The counts of one origin's invocations and calls. */
export type Counts = typeof NONE;

const COUNTED = Object.keys(NONE).filter((name): name is keyof Counts => name in NONE);

/** Clients choose what they send, so the number of rows is bounded. */
const MAX_ORIGINS = 200;
const OTHERS = "others";

/**
 * Counts by origin. The origin of what a route's function does is the route; on `$default` it is
 * `$default` and the value of the route selection expression, if the frame has one. Otherwise the
 * origin is the logical id of the invoked function, or `developer` for the developer's own calls.
 */
export class Counters {
  readonly #counts = new Map<string, Counts>();

  add(origin: string, what: Partial<Counts>): void {
    const key = this.#counts.has(origin) || this.#counts.size < MAX_ORIGINS ? origin : OTHERS;
    const counts = this.#counts.get(key) ?? { ...NONE };
    this.#counts.set(key, counts);
    for (const name of COUNTED) counts[name] += what[name] ?? 0;
  }

  /** A copy, by origin. */
  snapshot(): Record<string, Counts> {
    return Object.fromEntries([...this.#counts].map(([origin, counts]) => [origin, { ...counts }]));
  }

  reset(): void {
    this.#counts.clear();
  }
}

/** In milliseconds. */
const PERIOD = 10_000;

/**
 * Prints the counters as a table from time to time, if they have changed.
 * @returns a function that prints them once more and stops this
 */
export function printStatistics(
  counters: Counters,
  print: (rows: Readonly<Record<string, Counts>>) => void = console.table,
): () => void {
  let shown = JSON.stringify(table(counters));
  const show = () => {
    const rows = table(counters);
    if (JSON.stringify(rows) !== shown) print(rows);
    shown = JSON.stringify(rows);
  };
  const timer = setInterval(show, PERIOD);
  return () => {
    clearInterval(timer);
    show();
  };
}

/** A row for each origin, in order, and one for all of them. */
function table(counters: Counters): Record<string, Counts> {
  const rows = Object.entries(counters.snapshot()).sort(([a], [b]) => (a < b ? -1 : 1));
  const all = new Counters();
  for (const [, counts] of rows) all.add("all", counts);
  return { ...Object.fromEntries(rows), ...all.snapshot() };
}
