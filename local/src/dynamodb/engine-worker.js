// The tables, in a thread of their own so that their work does not hold up the sockets.
import { parentPort, workerData } from "node:worker_threads";
import { outbox } from "../lambda/port-sockets.js";
import { openEngine } from "./engine.js";

/** @typedef {{ id: number, name: string, body: string }} Request */

const port = parentPort;
if (port === null) throw new Error("This runs in a worker thread");

try {
  const engine = await openEngine(workerData.path);
  /** @type {Set<Promise<void>>} */
  const running = new Set();
  const post = outbox(port);
  /** @param {Request} request */
  const answer = async ({ id, name, body }) => {
    try {
      post({ id, ...(await engine.perform(name, body)) });
    } catch (error) {
      console.error(error);
      const refusal = { __type: "com.amazonaws.dynamodb.v20120810#InternalServerError" };
      post({ id, status: 500, body: JSON.stringify(refusal), units: 0 });
    }
  };
  port.on("message", async (/** @type {Request[] | "close"} */ message) => {
    if (message !== "close") {
      for (const request of message) {
        const answered = answer(request).finally(() => running.delete(answered));
        running.add(answered);
      }
      return;
    }
    await Promise.all(running);
    await engine.close();
    port.close();
  });
  port.postMessage("open");
} catch (error) {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const locked = cause instanceof Error && "code" in cause && cause.code === "LEVEL_LOCKED";
  port.postMessage({ error: String(cause), locked });
}
