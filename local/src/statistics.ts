import { COUNTED, type Counters, type Counts } from "./aws/counters.ts";

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
  return Object.fromEntries(
    [...rows, ["all", counters.total()] as const].map(([origin, counts]) => {
      for (const name of COUNTED) counts[name] = Math.round(counts[name] * 10) / 10;
      return [origin, counts];
    }),
  );
}
