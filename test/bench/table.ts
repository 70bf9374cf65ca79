import { cpus } from "node:os";

export interface Figure {
  what: string;
  bar: string;
  measured: string;
}

const RUNS = 3;

/** The best of some runs, in ms: what else runs on a machine only ever adds to it. */
export async function best(measure: () => Promise<number>): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) times.push(await measure());
  return Math.min(...times);
}

export function table(figures: readonly Figure[]): string {
  const rows = figures.map(({ what, bar, measured }) => `| ${what} | ${bar} | ${measured} |`);
  return `# The page in numbers

Measured by \`npm run bench -- --write\` in headless Chromium, against the built site on one machine
(${cpus().length} × ${cpus()[0]?.model.trim() ?? "unknown"}). The sizes and the requests are held by
\`test/web/budget.test.ts\`.

| | bar | measured |
|---|---|---|
${rows.join("\n")}

*Slow 4G* is 1.6 Mbit/s with 150 ms of latency, as Lighthouse has it (times what compression saves,
which CloudFront does and this machine does not); *CPU ×4* is four times slower than this machine;
times are the best of ${RUNS} runs. The busy room hears 100 messages a second for 10 seconds, of
which the page is told by a stand-in for the server; the long one holds 10,000 messages when it opens.
`;
}
