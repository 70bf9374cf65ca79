import { synthesize } from "../../start/synth.ts";
import type { HotRoom } from "../support/hot-room.ts";
import { MemoryTables } from "../support/tables/memory.ts";
import { playTables } from "../support/tables/play.ts";
import { readTables } from "../support/template.ts";
import { variablesOf } from "./lambda.ts";
import { percentile, type Row } from "./rows.ts";

const RUNS = 4;
const MESSAGES = 6;

/** People who write in one room at once: the mean of some runs. */
export async function measureHotRoom(): Promise<Row[]> {
  const cdkOut = await synthesize();
  const tables = readTables(cdkOut);
  Object.assign(process.env, variablesOf(cdkOut), {
    POWERTOOLS_LOG_LEVEL: "SILENT",
    ...Object.fromEntries(tables.map(({ variable }) => [variable, variable])),
  });
  const memory = new MemoryTables();
  for (const { variable, KeySchema, AttributeDefinitions } of tables) {
    const schema = { KeySchema, AttributeDefinitions, BillingMode: "PAY_PER_REQUEST" };
    await memory.send("CreateTable", { TableName: variable, ...schema });
  }
  // Only now: the functions read their environment when they are imported.
  const { db } = await import("../../functions/store/client.ts");
  const { hotRoom } = await import("../support/hot-room.ts");
  playTables(db, memory);

  const rows: Row[] = [];
  for (const people of [50, 10, 3]) {
    const runs: HotRoom[] = [];
    for (let seed = 1; seed <= RUNS; seed++) runs.push(await hotRoom(seed, people, MESSAGES));
    const mean = (of: (run: HotRoom) => number) =>
      runs.reduce((sum, run) => sum + of(run), 0) / RUNS;
    const perSecond = Math.round(mean((run) => run.perSecond));
    const lost = mean((run) => run.lostPerAppend).toFixed(2);
    const p99 = Math.round(mean(({ times }) => percentile(times, 0.99)));
    rows.push({
      row: `${people} people, ${MESSAGES} messages each`,
      ours: `${perSecond} appends/s; ${lost} lost races each; p99 ${p99} ms; ${mean((run) => run.busy)} busy`,
      ...(people === 50 && { goal: "≥ 100; ≤ 2.5; ≤ 900 ms; 0" }),
    });
  }
  return rows;
}
