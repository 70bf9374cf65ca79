import { parseArgs } from "node:util";
import fc from "fast-check";
import { synthesize } from "../../start/synth.ts";
import type { Kind } from "./faults.ts";
import { playRound } from "./round.ts";
import { steps } from "./script.ts";

/** `npm run chaos -- --minutes 10`: round after round; `--seed N` plays one again. */
const { values } = parseArgs({
  options: { minutes: { type: "string", default: "1" }, seed: { type: "string" } },
});
const STEPS = 300;

const cdkOut = await synthesize();
const until = Date.now() + Number(values.minutes) * 60_000;
const total = { people: 0, messages: 0, restarts: 0, lost: 0, twice: 0, disorder: 0, unlike: 0 };
const faults = new Map<Kind, number>();
let failed = false;

for (let first = true; first || (Date.now() < until && values.seed === undefined); first = false) {
  const seed =
    values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
  const [script = []] = fc.sample(steps(STEPS), { seed, numRuns: 1 });
  const outcome = await playRound(cdkOut, script);
  total.people += outcome.people;
  total.messages += outcome.messages;
  total.restarts += outcome.restarts;
  total.lost += outcome.lost.length;
  total.twice += outcome.twice.length;
  total.disorder += outcome.disorder.length;
  total.unlike += outcome.unlike.length;
  for (const [kind, count] of outcome.faults) faults.set(kind, (faults.get(kind) ?? 0) + count);
  const wrong = [...outcome.lost, ...outcome.twice, ...outcome.disorder, ...outcome.unlike];
  if (wrong.length > 0) {
    failed = true;
    console.log(`Seed ${seed}: ${wrong.join("; ")}`);
    console.log(`Again: npm run chaos -- --seed ${seed}`);
  } else {
    console.log(`Seed ${seed}: ${outcome.messages} messages, all there, once, in one order`);
  }
}

const happened = [...faults].map(([kind, count]) => `${count} ${kind}`).toSorted();
const count = [...faults.values()].reduce((sum, one) => sum + one, 0);
console.log(
  `${total.people} people, ${total.messages} messages, ${count} faults (${happened.join(", ")}), ` +
    `${total.restarts} restarts: ${total.lost} lost, ${total.twice} twice, ${total.disorder} out of order, ` +
    `${total.unlike} not as they were changed`,
);
process.exit(failed ? 1 : 0);
