import { once } from "node:events";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import * as v from "valibot";
import { StartError } from "../start-error.ts";

const Started = v.union([
  v.object({ port: v.number() }),
  v.object({ error: v.string(), locked: v.boolean() }),
]);

/** DynamoDB on disk. */
export async function startDynamoDb(data: string) {
  const worker = new Worker(new URL("./worker.js", import.meta.url), {
    execArgv: [],
    workerData: { path: join(data, "dynamodb") },
  });
  const [message] = await once(worker, "message");
  const started = v.parse(Started, message);
  if ("error" in started) {
    await worker.terminate();
    throw new StartError(
      started.locked
        ? `The data folder ${data} is in use by another Natter; stop that one or set NATTER_DATA to another folder.`
        : `The tables in ${data} do not open (${started.error}); move that folder away or set NATTER_DATA to another.`,
    );
  }
  return {
    url: `http://127.0.0.1:${started.port}`,
    async stop() {
      const closed = Promise.race([once(worker, "message"), once(worker, "exit")]);
      worker.postMessage("close");
      await closed;
      await worker.terminate();
    },
  };
}
