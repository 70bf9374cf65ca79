/** A row of docs/performance.md. What has a peer is measured beside it, in the same run. */
export interface Row {
  row: string;
  ours: string;
  peer?: string;
  /** Natter's value divided by the peer's. */
  ratio?: string;
  goal?: string;
}

/** Rows under a heading. */
export interface Section {
  title: string;
  /** How it was measured. */
  about: string;
  rows: readonly Row[];
  /** Why rows miss their goals, and what would change that. */
  why?: string;
}

const COLUMNS = ["row", "ours", "peer", "ratio", "goal"] as const;
const HEADINGS = { row: "", ours: "Natter", peer: "compared with", ratio: "ratio", goal: "goal" };

/** A section as Markdown, without the columns in which nothing stands. */
export function toMarkdown({ title, about, rows, why }: Section): string {
  const columns = COLUMNS.filter((column) => rows.some((row) => row[column]));
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    `## ${title}`,
    about,
    [
      line(columns.map((column) => HEADINGS[column])),
      `|${"---|".repeat(columns.length)}`,
      ...rows.map((row) => line(columns.map((column) => row[column] ?? ""))),
    ].join("\n"),
    ...(why ? [why] : []),
  ].join("\n\n");
}

const RUNS = 3;

/** The best of three runs, in ms: other processes only ever add to it. */
export async function best(measure: () => Promise<number>): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) times.push(await measure());
  return Math.min(...times);
}

/** The value below which that share of `values` is; 0 for no values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
