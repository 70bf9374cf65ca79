// dynalite's operations without its HTTP server.
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import db from "dynalite/db/index.js";
import validations from "dynalite/validations/index.js";
import { itemSize } from "./capacity.js";
import { Meter } from "./meter.js";

/** @typedef {import("dynalite/db/index.js").Store} Store */
/** @typedef {import("./request.ts").Forwarded} Forwarded */

const load = createRequire(import.meta.url);

// dynalite takes the length of a string for its size; this is what it measures the largest item by.
db.itemSize = itemSize;

const OPERATIONS = new Map(
  readdirSync(dirname(load.resolve("dynalite/actions/getItem"))).map((file) => {
    const { types, custom } = load(`dynalite/validations/${file}`);
    return [file.replace(/\.js$/, ""), { act: load(`dynalite/actions/${file}`), types, custom }];
  }),
);

/**
 * Opens the tables in a folder, or in memory without one. It fails if the folder cannot be used.
 * @param {string | undefined} path
 */
export async function openEngine(path) {
  const store = db.create({
    ...(path !== undefined && { path }),
    createTableMs: 0,
    deleteTableMs: 0,
    updateTableMs: 0,
  });
  await store.db.open();
  keepTables(store.tableDb);
  // dynalite's own streams do not close the iterators that they read from, and keep their memory.
  store.db.createKeyStream = (/** @type {object} */ range) => Readable.from(store.db.keys(range));
  store.db.createValueStream = (/** @type {object} */ range) => store.db.values(range);
  return {
    perform: (/** @type {string} */ name, /** @type {string} */ body) => perform(store, name, body),
    close: () => store.lifecycleManager.gracefulClose(),
  };
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
 * @returns {Promise<Forwarded>}
 */
async function perform(store, name, body) {
  const operation = OPERATIONS.get(validations.toLowerFirst(name));
  if (operation === undefined) return refuse("UnknownOperationException");
  const input = parse(body);
  if (input === undefined) return refuse("SerializationException");
  const { act, types, custom } = operation;
  const meter = new Meter(name);
  // dynalite does not know that a scan can be consistent.
  const { ConsistentRead = false } = input;
  try {
    const request = validations.checkTypes(input, types);
    validations.checkValidations(request, types, custom, store);
    const asked = /^(TOTAL|INDEXES)$/.test(request.ReturnConsumedCapacity ?? "");
    // dynalite need not count too.
    delete request.ReturnConsumedCapacity;
    const output = await new Promise((resolve, reject) => {
      const done = (/** @type {unknown} */ error, /** @type {object} */ output) =>
        error ? reject(error) : resolve(output);
      act(meter.watch(store, request), request, done);
    });
    const { units, consumed } = meter.units({ ...request, ConsistentRead }, output);
    const answer = asked ? { ...output, ConsumedCapacity: consumed } : output;
    return { status: 200, body: JSON.stringify(answer), units };
  } catch (error) {
    if (!(error instanceof Error) || !isRefusal(error)) throw error;
    const { statusCode: status, body } = error;
    const isCondition = body.__type.endsWith("ConditionalCheckFailedException");
    const units = isCondition ? meter.refusedUnits(input) : 0;
    return { status, body: JSON.stringify(body), units };
  }
}

/**
 * @param {object} error
 * @returns {error is { statusCode: number, body: { __type: string } }}
 */
function isRefusal(error) {
  return "statusCode" in error && "body" in error;
}

/** @param {string} type */
function refuse(type) {
  const body = JSON.stringify({ __type: `com.amazon.coral.service#${type}` });
  return { status: 400, body, units: 0 };
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
