import { writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { measureHotRoom } from "./hot-room.ts";
import { measureFunctions } from "./lambda.ts";
import { measureMarkdown } from "./markdown.ts";
import { measureOneMachine } from "./one-machine.ts";
import { measurePage } from "./page.ts";
import { type Section, toMarkdown } from "./rows.ts";
import { measureWorstCase } from "./worst-case.ts";

// npm run bench                    measures everything and prints the tables
// npm run bench -- worst           only the sections whose names begin so
// npm run bench -- --write         and puts them into docs/performance.md

interface Bench extends Omit<Section, "rows"> {
  name: string;
  measure: () => Promise<Section["rows"]>;
}

const BENCHES: Bench[] = [
  {
    name: "one-machine",
    title: "The stack on one machine",
    about: `What \`npm start\` runs, at bare WebSockets, beside stock socket.io that stores nothing. Clients and
server share the machine. Memory is what is resident.`,
    measure: measureOneMachine,
  },
  {
    name: "worst-case",
    title: "One client that does its worst",
    about: `30 people in one room write once a second each, over bare WebSockets to \`npm start\`'s stack, for
12 seconds undisturbed and for 12 beside each attack. A message that is not acknowledged within 3 s, or
that the API throttles, is sent again with the same id; its time counts from the first try.`,
    measure: measureWorstCase,
  },
  {
    name: "hot-room",
    title: "A hot room",
    about: `Everybody writes in one room, each the next message 10 to 20 ms after the last one is acknowledged:
the code of \`message\` on tables in memory, of which each call takes 3 to 7 ms. The time is virtual, so
that no machine counts, and nothing is posted. The mean of four runs.`,
    measure: measureHotRoom,
  },
  {
    name: "functions",
    title: "The functions",
    about: `The bundles of the synthesised stack; the CPU of an import, as the median of 11 processes; 5,000
posts of 250 bytes to an HTTP server in a process of its own, 64 side by side by the SDK's client.`,
    measure: measureFunctions,
  },
  {
    name: "markdown",
    title: "The Markdown of a message",
    about: `The time to parse a text, as the best of five runs, beside marked with its own settings. The long
texts are those that are dearest to parse.`,
    measure: measureMarkdown,
  },
  {
    name: "page",
    title: "The page",
    about: `In headless Chromium, against the built site. *Slow 4G* is 1.6 Mbit/s with 150 ms of latency, as
Lighthouse has it (times what compression saves, which CloudFront does and this machine does not);
*CPU ×4* is four times slower than this machine; times are the best of three runs. The busy room hears
100 messages a second for 10 seconds, of which the page is told by a stand-in for the server; the long
one holds 10,000 messages when it opens. \`test/web/budget.test.ts\` holds the sizes and the requests.`,
    measure: measurePage,
  },
];

const { values, positionals } = parseArgs({
  options: { write: { type: "boolean", default: false } },
  allowPositionals: true,
});
const chosen = BENCHES.filter(
  ({ name }) => positionals.length === 0 || positionals.some((begin) => name.startsWith(begin)),
);
const sections: string[] = [];
for (const { measure, ...bench } of chosen) {
  const text = toMarkdown({ ...bench, rows: await measure() });
  console.log(`${text}\n`);
  sections.push(text);
}
if (values.write) {
  const path = fileURLToPath(new URL("../../docs/performance.md", import.meta.url));
  await writeFile(path, `${[heading(), ...sections].join("\n\n")}\n`);
}

function heading(): string {
  const day = new Date().toISOString().slice(0, 10);
  const processor = `${cpus().length} × ${cpus()[0]?.model.trim() ?? "an unknown processor"}`;
  return `# Performance

Measured on ${day} by \`npm run bench -- ${[...positionals, "--write"].join(" ")}\` with Node ${process.versions.node} on ${processor}.
Where a row has a peer, both were measured in the same run: the ratio holds on other machines, the
times do not.`;
}
