import { once } from "node:events";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import * as v from "valibot";
import { YOUNG } from "../lambda/environment.ts";
import { outbox } from "../lambda/port-sockets.js";
import { StartError } from "../start-error.ts";
import type { TableDefinition } from "../template/read-tables.ts";
import type { DynamoDb } from "./dynamodb-operation.ts";
import { Replica } from "./replica.ts";
import type { Forward, Forwarded } from "./request.ts";
import { TableKeys } from "./table-keys.ts";
import { createTables } from "./tables.ts";

const Failed = v.object({ error: v.string(), locked: v.boolean() });

/**
 * Opens the data folder before the template is read, so that a folder in use is noticed early.
 * @returns what creates the tables; with `stale`, eventually consistent reads see old items
 * @throws {StartError}
 */
export async function openDynamoDb(data: string, stops: (() => unknown)[]) {
  const primary = await startEngine(data);
  stops.push(primary.stop);
  return async (tables: readonly TableDefinition[], stale: boolean): Promise<DynamoDb> => {
    await createTables(primary.forward, tables);
    const { forward } = primary;
    const keys = new TableKeys(tables);
    if (!stale) return { forward, keys };
    const second = await startEngine();
    stops.push(second.stop);
    await createTables(second.forward, tables);
    const replica = new Replica(forward, second.forward, keys);
    await replica.copy(tables);
    return { forward, keys, replica };
  };
}

/** dynalite on disk, or in memory without a folder. */
async function startEngine(data?: string) {
  const worker = new Worker(new URL("./engine-worker.js", import.meta.url), {
    execArgv: [],
    resourceLimits: YOUNG,
    workerData: data === undefined ? {} : { path: join(data, "dynamodb") },
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
  const waiting = new Map<number, (answer: Forwarded) => void>();
  let count = 0;
  worker.on("message", (answers: readonly (Forwarded & { readonly id: number })[]) => {
    for (const { id, ...answer } of answers) {
      waiting.get(id)?.(answer);
      waiting.delete(id);
    }
  });
  const post = outbox(worker);
  const forward: Forward = (name, body) =>
    new Promise((resolve) => {
      waiting.set(++count, resolve);
      post({ id: count, name, body });
    });
  return {
    forward,
    async stop() {
      worker.postMessage("close");
      await once(worker, "exit");
    },
  };
}
