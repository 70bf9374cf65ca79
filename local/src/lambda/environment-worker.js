// An execution environment of a function, in a worker thread. It is plain JavaScript, so that it
// starts without a loader, as in Lambda.
import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { parentPort, workerData } from "node:worker_threads";
import { PortSockets } from "./port-sockets.js";
import { redirect } from "./redirect.js";

/** @typedef {import("./environment.ts").Invocation} Invocation */
/** @typedef {import("./environment.ts").WorkerData} WorkerData */

/** @type {WorkerData} */
const { code, handler: handlerName, context: constants, endpoint, port: toEndpoint } = workerData;

/** Node.js 24 has no callbacks. Before it, what a handler returns counts only if it is a promise. */
const hasCallbacks = process.env.AWS_EXECUTION_ENV !== "AWS_Lambda_nodejs24.x";

const sockets = new PortSockets(toEndpoint);
redirect(endpoint, () => sockets.connect());

/** @param {unknown} error */
function describe(error) {
  return error instanceof Error
    ? {
        errorType: error.name,
        errorMessage: error.message,
        trace: (error.stack ?? "").split("\n").map((line) => line.trim()),
      }
    : { errorType: typeof error, errorMessage: String(error), trace: [] };
}

/** Loads the function that `index.handler`, or `folder/index.a.handler`, names. */
async function load() {
  const [module = "", ...names] = basename(handlerName).split(".");
  const path = join(code, dirname(handlerName), module);
  const extension = [".js", ".mjs", ".cjs"].find((extension) => existsSync(path + extension));
  if (extension === undefined) throw new Error(`Cannot find module '${module}' of ${handlerName}`);
  const namespace = await import(pathToFileURL(path + extension).href);
  for (const exports of [namespace, namespace.default]) {
    const found = names.reduce((value, name) => value?.[name], exports);
    if (typeof found !== "function") continue;
    if (hasCallbacks || found.length < 3) return found;
    const error = new Error("Node.js 24 does not support handlers with callbacks");
    throw Object.assign(error, { name: "Runtime.CallbackHandlerDeprecated" });
  }
  throw new Error(`${handlerName} is undefined or not exported`);
}

/**
 * @param {Function} handler
 * @param {Invocation} invocation
 */
async function invoke(handler, { payload, requestId, deadline }) {
  const event = JSON.parse(payload);
  const context = {
    ...constants,
    awsRequestId: requestId,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
  if (!hasCallbacks) return JSON.stringify(await handler(event, context)) ?? "null";
  const result = await new Promise((resolve, reject) => {
    /** @type {(error: unknown, result?: unknown) => void} */
    const callback = (error, result) => (error ? reject(error) : resolve(result));
    const returned = handler(event, context, callback);
    if (typeof returned?.then === "function") returned.then(resolve, reject);
    // A handler without a callback parameter is done when it returns.
    else if (handler.length < 3) resolve(null);
  });
  return JSON.stringify(result) ?? "null";
}

const port = parentPort;
if (port === null) throw new Error("This runs in a worker thread");

try {
  const handler = await load();
  port.on("message", async (/** @type {Invocation} */ invocation) => {
    try {
      port.postMessage({ result: await invoke(handler, invocation) });
    } catch (error) {
      port.postMessage({ error: describe(error) });
    }
  });
  port.postMessage({});
} catch (error) {
  port.postMessage({ error: describe(error) });
}
