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
    about: `The stack of \`npm start\`, driven over plain WebSockets, compared with a stock Socket.IO server that
stores nothing. Clients and server share the machine. Memory is resident memory.`,
    measure: measureOneMachine,
    why: `Rows that miss their goal are limited by CPU. Of the CPU for a message to 100 people, the main thread
takes 40 %, the functions' threads 30 %, the tables' thread 16 %, and V8's own threads, which compile
and collect garbage, the rest. The main thread checks a signature for each post, and writes to each
socket. The functions' threads spend most of their time on the posts, and most of that in Node's HTTP
client. A message makes five calls to DynamoDB in three round trips, and each call passes from one
thread to another four times; on a virtual machine with idle processors, a thread takes up to half a
millisecond to wake. So for a message between two people, the main thread and the function's thread
compute for about as long, the tables' thread for somewhat less, and the rest of the time passes between
threads. A join makes some 30 calls and up to 200 posts.

For two people, running the tables in the main thread would halve the number of hand-overs between
threads. In a trial, on a machine that was also doing other work, the ack took a fifth less time and a
join 6 % less CPU. A message to 100 people took a tenth longer, however, half of it in that one thread,
where the tables hold up the sockets. Deliveries stay slower than Socket.IO's as long as each is a
signed HTTP request, as on AWS. More than four environments per function do not pay on two processors;
with 16, a message costs twice as much CPU.`,
  },
  {
    name: "worst-case",
    title: "One client that does its worst",
    about: `30 people in one room write once a second each, over plain WebSockets to the stack of \`npm start\`, for
10 seconds undisturbed and for 20 during each attack. A message that is not acknowledged within 3 s, or
that the API throttles, is sent again with the same id; its time counts from the first try.`,
    measure: measureWorstCase,
    why: `The attacker, the 30 people and the stack share one machine here, so each attack also takes processor
time from those who measure. Lambda has up to 1,000 environments; this machine has 4 per function. So
invocations wait here, and connections take turns, one invocation each; all handshakes share one turn.
The remaining slowdown is CPU that the attacker uses: a handshake of a stock client that hangs up costs
about 7 ms, mostly for what it stores, the function that greets it, and what its \`$disconnect\` deletes.
Two guests who write in turns make the others lose races for a place in the log, after which a message
waits for a moment.`,
  },
  {
    name: "hot-room",
    title: "A hot room",
    about: `Everybody writes in one room, each sending the next message 10 to 20 ms after the last one is
acknowledged: the code of \`message\` runs on tables in memory, where each call takes 3 to 7 ms. The time
is virtual, so the speed of the machine does not count, and nothing is posted. Each row is the mean of
four runs.`,
    measure: measureHotRoom,
  },
  {
    name: "functions",
    title: "The functions",
    about: `The bundles of the synthesised stack; the CPU of an import, as the median of 11 processes; 5,000 posts
of 250 bytes to an HTTP server in its own process, 64 at a time with the SDK's client.`,
    measure: measureFunctions,
    why: `Most of what a PutItem costs beyond a request signed by hand is the SDK's middleware: it copies its
configuration three times for each call and resolves the endpoint anew. Before its requests went over
the functions' own pool and signer, with plain JSON and without the document client, a PutItem took 4.6
times as much as one by hand, and a query of 100 live items 2.7 times as much as now.

Nine tenths of a post are Node's HTTP client and the system calls that write; the signature and the rest
of our code take one tenth. To reach the goal we would need a leaner HTTP client of our own. The first
thousands of posts of a process take twice as much as later ones, until they are compiled, and the row
counts them.`,
  },
  {
    name: "markdown",
    title: "The Markdown of a message",
    about: `The time to parse a text, as the best of five runs, compared with marked under its own settings. The
long texts are those that are most expensive to parse.`,
    measure: measureMarkdown,
  },
  {
    name: "page",
    title: "The page",
    about: `In headless Chromium, against the built site. *Slow 4G* is 1.6 Mbit/s with 150 ms of latency, as in
Lighthouse, multiplied by what compression saves, which CloudFront does and this machine does not.
*CPU ×4* is four times slower than this machine. Times are the best of three runs. In the busy room a
stand-in for the server sends the page 100 messages a second for 10 seconds; the long one holds 10,000
messages when it opens. \`test/web/budget.test.ts\` enforces the sizes and the requests.`,
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
Where a row compares Natter with something else, both were measured in the same run: the ratio holds on
other machines, the times do not.`;
}
