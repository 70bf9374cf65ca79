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
    why: `Where a row misses its goal, CPU is what is missing. Of a message to 100 people, the main thread takes
40 %, the functions' threads 30 %, the tables' thread 16 %, and V8's own threads, which compile and
collect, the rest. The main thread checks a signature for each post, and writes to each socket; in the
functions' threads most is for the posts, of which Node's HTTP client is most. A message makes five calls
of DynamoDB in three round trips, and each call passes from one thread to another four times; on a virtual
machine with idle processors, a thread takes up to half a millisecond to wake. So of a message between two
people, the main thread and the function's compute for about as long, the tables' for somewhat less, and
the rest is spent between threads. A join makes some 30 calls and up to 200 posts.

What would change it for two people: the tables in the main thread, which halves the passes. Tried so, on
a machine that did other work as well, their ack took a fifth less time, and a join 6 % less CPU; but a
message to 100 people took a tenth more, half of it in that one thread, and tables hold up sockets there.
Deliveries beside socket.io stay slow as long as
each is an HTTP request with a signature of its own, as on AWS. Four environments for each function are as
many as pay on two processors; with 16, a message costs twice as much CPU.`,
  },
  {
    name: "worst-case",
    title: "One client that does its worst",
    about: `30 people in one room write once a second each, over bare WebSockets to \`npm start\`'s stack, for
10 seconds undisturbed and for 20 beside each attack. A message that is not acknowledged within 3 s, or
that the API throttles, is sent again with the same id; its time counts from the first try.`,
    measure: measureWorstCase,
    why: `The attacker, the 30 people and the stack share one machine here, so each attack also takes processor time
from those who measure. Lambda has up to 1,000 environments; this machine has 4 of each function. So
invocations wait here, and clients take turns, one invocation each: every connection is a client, and all
handshakes together are one. What is left of the time under attack is CPU that
the attacker uses up: a handshake of a stock client that hangs up costs about 7 ms, of which most is what it
stores, the function that greets it, and what its \`$disconnect\` deletes. Two guests who write in turns make
the others lose races for a place in the log, after which a message waits for a moment.`,
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
    why: `Of what a PutItem costs beyond a request signed by hand, the SDK's middleware takes most: it copies its
configuration three times for each call and resolves the endpoint anew. Before its requests went over the
functions' own pool and signer, with plain JSON and without the document client, a PutItem took 4.6 times
as much as one by hand, and a query of 100 live items 2.7 times as much as now.

Of a post, nine tenths are Node's HTTP client and the system calls that write; the signature and the rest of
our code take one tenth. So more than the goal needs an HTTP client that does less, which would be code of
our own. The first thousands of posts of a process take twice as much as later ones, until they are
compiled, and the row counts them.`,
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
