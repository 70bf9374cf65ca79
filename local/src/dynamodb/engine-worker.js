// The tables, in a thread of their own so that their work does not hold up the sockets: dynalite's
// operations without its HTTP server.
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import { parentPort, workerData } from "node:worker_threads";
import db from "dynalite/db/index.js";
import validations from "dynalite/validations/index.js";
import { outbox } from "../lambda/port-sockets.js";
import { watchPage } from "./capacity.js";

/** @typedef {import("dynalite/db/index.js").Store} Store */
/** @typedef {import("./engine.ts").EngineAnswer} EngineAnswer */
/** @typedef {{ id: number, name: string, body: string }} Request */

const load = createRequire(import.meta.url);

const OPERATIONS = new Map(
  readdirSync(dirname(load.resolve("dynalite/actions/getItem"))).map((file) => {
    const { types, custom } = load(`dynalite/validations/${file}`);
    return [file.replace(/\.js$/, ""), { act: load(`dynalite/actions/${file}`), types, custom }];
  }),
);

/** @param {string} path */
async function open(path) {
  const store = db.create({ path, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  await store.db.open();
  keepTables(store.tableDb);
  // dynalite's own streams do not close the iterators that they read from, and keep their memory.
  store.db.createKeyStream = (/** @type {object} */ range) => Readable.from(store.db.keys(range));
  store.db.createValueStream = (/** @type {object} */ range) => store.db.values(range);
  return store;
}

/**
 * Keeps the descriptions of tables, of which dynalite would read one from the disk for each request.
 * @param {Store["tableDb"]} tableDb
 */
function keepTables(tableDb) {
  const { get, put, del } = tableDb;
  // A new one after each change: what was read before it must not be kept.
  let texts = new Map();
  tableDb.get = (key, callback) => {
    const kept = texts;
    const text = kept.get(key);
    if (text !== undefined) return process.nextTick(callback, null, JSON.parse(text));
    get(key, (error, table) => {
      if (!error) kept.set(key, JSON.stringify(table));
      callback(error, table);
    });
  };
  /** @param {(error: unknown) => void} callback */
  const changed = (callback) => (/** @type {unknown} */ error) => {
    texts = new Map();
    callback(error);
  };
  tableDb.put = (key, table, callback) => put(key, table, changed(callback));
  tableDb.del = (key, callback) => del(key, changed(callback));
}

/**
 * @param {Store} store
 * @param {string} name
 * @param {string} body
 * @returns {Promise<EngineAnswer>}
 */
async function perform(store, name, body) {
  const operation = OPERATIONS.get(validations.toLowerFirst(name));
  if (operation === undefined) return refuse("UnknownOperationException");
  const input = parse(body);
  if (input === undefined) return refuse("SerializationException");
  const { act, types, custom } = operation;
  // dynalite does not know that a scan can be consistent.
  const { ConsistentRead = false } = input;
  try {
    const request = validations.checkTypes(input, types);
    validations.checkValidations(request, types, custom, store);
    const asked = /^(TOTAL|INDEXES)$/.test(request.ReturnConsumedCapacity ?? "");
    const page = /^(Query|Scan)$/.test(name) ? watchPage(store, request) : undefined;
    request.ReturnConsumedCapacity = page ? "NONE" : "TOTAL";
    const { ConsumedCapacity, ...output } = await new Promise((resolve, reject) => {
      const done = (/** @type {unknown} */ error, /** @type {object} */ output) =>
        error ? reject(error) : resolve(output);
      act(page?.store ?? store, request, done);
    });
    const consumed = page
      ? {
          CapacityUnits: page.units(output.ScannedCount, ConsistentRead),
          TableName: input.TableName,
        }
      : ConsumedCapacity;
    const units = [consumed ?? []].flat().reduce((sum, one) => sum + one.CapacityUnits, 0);
    const answer = asked ? { ...output, ConsumedCapacity: consumed } : output;
    return { status: 200, body: JSON.stringify(answer), units };
  } catch (error) {
    if (!(error instanceof Error) || !isRefusal(error)) throw error;
    const { statusCode: status, body, units = 0 } = error;
    return { status, body: JSON.stringify(body), units };
  }
}

/**
 * @param {object} error
 * @returns {error is { statusCode: number, body: object, units?: number }}
 */
function isRefusal(error) {
  return "statusCode" in error && "body" in error;
}

/** @param {string} type */
function refuse(type, status = 400) {
  const body = JSON.stringify({ __type: `com.amazon.coral.service#${type}` });
  return { status, body, units: 0 };
}

/**
 * @param {string} body
 * @returns {import("dynalite/validations/index.js").Request | undefined}
 */
function parse(body) {
  try {
    const input = JSON.parse(body);
    return typeof input === "object" && input !== null ? input : undefined;
  } catch {
    return undefined;
  }
}

const port = parentPort;
if (port === null) throw new Error("This runs in a worker thread");

try {
  const store = await open(workerData);
  /** @type {Set<Promise<void>>} */
  const running = new Set();
  const post = outbox(port);
  /** @param {Request} request */
  const answer = async ({ id, name, body }) => {
    const answered = await perform(store, name, body).catch((error) => {
      console.error(error);
      return refuse("InternalServerError", 500);
    });
    post({ id, ...answered });
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
    await store.lifecycleManager.gracefulClose();
    port.close();
  });
  port.postMessage("open");
} catch (error) {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const locked = cause instanceof Error && "code" in cause && cause.code === "LEVEL_LOCKED";
  port.postMessage({ error: String(cause), locked });
}
