import { once } from "node:events";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import * as v from "valibot";
import { YOUNG } from "../lambda/environment.ts";
import { outbox } from "../lambda/port-sockets.js";
import { StartError } from "../start-error.ts";

const Failed = v.object({ error: v.string(), locked: v.boolean() });

/** An answer of DynamoDB, and the capacity units that it used. */
export interface EngineAnswer {
  readonly status: number;
  readonly body: string;
  readonly units: number;
}

/** dynalite on disk, in a thread of its own. */
export interface Engine {
  perform(operation: string, body: string): Promise<EngineAnswer>;
  stop(): Promise<void>;
}

/**
 * Opens the data folder before the template is read, so that a folder in use is noticed early.
 * @throws {StartError}
 */
export async function openEngine(data: string): Promise<Engine> {
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
    perform: (name, body) =>
      new Promise((resolve) => {
        waiting.set(++count, resolve);
        post({ id: count, name, body });
      }),
    async stop() {
      worker.postMessage("close");
      await once(worker, "exit");
    },
  };
}
