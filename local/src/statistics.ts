import { COUNTED, type Counters, type Counts } from "./aws/counters.ts";

/** In milliseconds. */
const PERIOD = 10_000;

const HEADERS: Readonly<Record<keyof Counts, string>> = {
  invocations: "invoked",
  coldStarts: "cold",
  reads: "reads",
  writes: "writes",
  readUnits: "RCU",
  writeUnits: "WCU",
  posts: "posts",
  denied: "denied",
};

/**
 * Prints the counters now and then, if they have changed.
 * @returns what prints them once more and ends that
 */
export function printStatistics(counters: Counters, print: (text: string) => void): () => void {
  let shown = format(counters);
  const show = () => {
    const table = format(counters);
    if (table !== shown) print(table);
    shown = table;
  };
  const timer = setInterval(show, PERIOD);
  return () => {
    clearInterval(timer);
    show();
  };
}

/** A line for each origin, and one for all of them. */
export function format(counters: Counters): string {
  const row = (origin: string, counts: Counts) => [
    origin,
    ...COUNTED.map((name) => String(Math.round(counts[name] * 10) / 10)),
  ];
  const rows = [
    ["route, event", ...COUNTED.map((name) => HEADERS[name])],
    ...Object.entries(counters.snapshot())
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([origin, counts]) => row(origin, counts)),
    row("all", counters.total()),
  ];
  const widths = rows.reduce<number[]>(
    (widest, cells) => cells.map((cell, index) => Math.max(cell.length, widest[index] ?? 0)),
    [],
  );
  return rows
    .map((cells) =>
      cells
        .map((cell, index) =>
          index === 0 ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0),
        )
        .join("  "),
    )
    .join("\n");
}
