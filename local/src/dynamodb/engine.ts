import { once } from "node:events";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { Worker } from "node:worker_threads";
import * as v from "valibot";
import { YOUNG } from "../lambda/environment.ts";
import { outbox } from "../lambda/port-sockets.js";
import { StartError } from "../start-error.ts";
import { type TableDefinition, TableKeys } from "../template/read-tables.ts";

const Failed = v.object({ error: v.string(), locked: v.boolean() });

/** An answer of DynamoDB, and the capacity units that it used. */
export interface EngineAnswer {
  readonly status: number;
  readonly body: string;
  readonly units: number;
}

/**
 * dynalite on disk, in a thread of its own. It is opened before the template is read, so that a data
 * folder in use is noticed early.
 * @throws {StartError}
 */
export async function openEngine(data: string) {
  const worker = new Worker(new URL("./engine-worker.js", import.meta.url), {
    execArgv: [],
    resourceLimits: YOUNG,
    workerData: join(data, "dynamodb"),
  });
  const [started] = await once(worker, "message");
  const failed = v.safeParse(Failed, started);
  if (failed.success) {
    await worker.terminate();
    const { error, locked } = failed.output;
    const problem = locked
      ? `The data folder ${data} is in use by another process; stop that one or use another folder.`
      : `The tables in ${data} cannot be opened (${error}); move that folder away or use another.`;
    throw new StartError(problem, "data");
  }
  const waiting = new Map<number, (answer: EngineAnswer) => void>();
  let count = 0;
  worker.on("message", (answers: readonly (EngineAnswer & { readonly id: number })[]) => {
    for (const { id, ...answer } of answers) {
      waiting.get(id)?.(answer);
      waiting.delete(id);
    }
  });
  const post = outbox(worker);
  return {
    perform: (name: string, body: string) =>
      new Promise<EngineAnswer>((resolve) => {
        waiting.set(++count, resolve);
        post({ id: count, name, body });
      }),
    async stop() {
      worker.postMessage("close");
      await once(worker, "exit");
    },
  };
}

export type Engine = Awaited<ReturnType<typeof openEngine>>;

/**
 * Creates the tables that do not exist yet.
 * @throws {StartError} if a table on disk has other keys than in the template
 */
export async function createTables(
  engine: Engine,
  tables: readonly TableDefinition[],
): Promise<void> {
  for (const { id, name, ...wanted } of tables) {
    const { status, table } = await call(engine, "DescribeTable", { TableName: name });
    if (status !== 200 || table === undefined) {
      const input = { TableName: name, BillingMode: "PAY_PER_REQUEST", ...wanted };
      const created = await call(engine, "CreateTable", input);
      if (created.status !== 200) {
        throw new StartError(`The table ${id} cannot be created: ${created.body}`);
      }
    } else if (!isDeepStrictEqual(comparable(table), comparable(wanted))) {
      throw new StartError(
        `The table ${id} on disk has other keys than in the template. Use another data folder, or delete this one to begin with empty tables.`,
        "data",
      );
    }
  }
}

/** The keys in a form that can be compared, whatever the order of attributes and indexes. */
function comparable(table: v.InferOutput<typeof TableKeys>) {
  const byName = (list: readonly object[] = []) =>
    [...list].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  return {
    attributes: byName(table.AttributeDefinitions),
    key: table.KeySchema,
    global: byName(table.GlobalSecondaryIndexes),
    local: byName(table.LocalSecondaryIndexes),
  };
}

const Answer = v.object({ Table: v.optional(TableKeys) });

async function call(engine: Engine, operation: string, input: unknown) {
  const { status, body } = await engine.perform(operation, JSON.stringify(input));
  return { status, body, table: v.parse(Answer, JSON.parse(body)).Table };
}
