import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { run } from "../../local/src/run.ts";
import { synthesize } from "../../start/synth.ts";
import { fuzzDirectly } from "./direct.ts";
import { fuzzGateway } from "./gateway.ts";
import { fuzzHttp } from "./http.ts";
import { Tally } from "./tally.ts";

/** `npm run fuzz -- --minutes 10`; `--seed N` gives the same inputs again. */
const { values } = parseArgs({
  options: { minutes: { type: "string", default: "1" }, seed: { type: "string" } },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const minutes = Number(values.minutes);

/** Of each minute, in ms: what needs no server is much faster, and so is HTTP. */
const SHARES = { direct: 3_000, http: 2_000, gateway: 55_000 };
const directUntil = Date.now() + minutes * SHARES.direct;
const BATCH = 1_000;
/** In each dialect: more than two processors can serve, though each keeps to the limit of frames. */
const CONNECTIONS = 25;

const direct = new Tally();
for (let batch = 0; Date.now() < directUntil; batch++) fuzzDirectly(direct, seed + batch, BATCH);
console.log(`Schemas and dialects: ${direct}`);

const data = await mkdtemp(join(tmpdir(), "natter-fuzz-"));
const stack = await run({ port: 0, data, assembly: await synthesize() });
const http = new Tally();
const gateway = new Tally();
try {
  // The time begins once the stack runs, which a build can delay.
  const httpUntil = Date.now() + minutes * SHARES.http;
  await fuzzHttp(http, { stack, seed, until: () => Date.now() < httpUntil });
  console.log(`HTTP: ${http}`);
  const until = Date.now() + minutes * SHARES.gateway;
  await fuzzGateway(gateway, {
    origin: stack.url,
    seed,
    connections: CONNECTIONS,
    until: () => Date.now() < until,
  });
} finally {
  await stack.stop();
  await rm(data, { recursive: true, force: true });
}
console.log(`Gateway: ${gateway}`);

const findings = [direct, http, gateway].flatMap((tally) => tally.findings);
for (const finding of findings) console.log(finding);
console.log(`Again: npm run fuzz -- --minutes ${minutes} --seed ${seed}`);
process.exit(findings.length > 0 ? 1 : 0);
