// Sizes and capacity units in the place of dynalite's, which counts characters and not bytes;
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
import { Readable } from "node:stream";
import db from "dynalite/db/index.js";

/** @typedef {import("dynalite/db/index.js").Item} Item */
/** @typedef {import("dynalite/db/index.js").Items} Items */
/** @typedef {import("dynalite/db/index.js").Store} Store */
/** @typedef {import("dynalite/db/index.js").Value} Value */

const KB = 1024;

/** A read unit pays for 4 KB, or for 8 KB of an eventually consistent read. */
const READ = 4 * KB;

/** In bytes: what a page of a query or a scan has read when it ends. */
const PAGE = KB * KB;

/** @param {readonly (Item | undefined)[]} items of which the largest is paid for */
const largest = (items) => Math.max(...items.map((item) => (item ? itemSize(item) : 0)));

// By this it measures the largest item.
db.itemSize = itemSize;

db.addConsumedCapacity = ({ TableName, ConsistentRead = false }, isRead, ...items) => {
  const size = largest(items);
  return { CapacityUnits: isRead ? readUnits(size, ConsistentRead) : writeUnits(size), TableName };
};

// A write whose condition fails costs the item that is there, or the one that was to be put there.
const { checkConditional } = db;
db.checkConditional = (request, item) => {
  const refusal = checkConditional(request, item);
  return refusal && Object.assign(refusal, { units: writeUnits(largest([item, request.Item])) });
};

/**
 * A query or a scan: counts the items that it comes to, and ends its page where DynamoDB does.
 * @param {Store} store
 * @param {{ Limit?: number }} request
 */
export function watchPage(store, request) {
  /** @type {number[]} */
  const sizes = [];
  /** @param {AsyncIterable<Item>} items */
  async function* scan(items) {
    let read = 0;
    for await (const item of items) {
      const size = itemSize(item);
      read += size;
      sizes.push(size);
      // dynalite has a limit in characters; it looks at this one before it takes the next item.
      if (read >= PAGE) request.Limit = Math.min(request.Limit ?? Infinity, sizes.length);
      yield item;
    }
  }
  const watch = (/** @type {Items} */ items) => ({
    ...items,
    createValueStream: (/** @type {object} */ range) =>
      Readable.from(scan(items.createValueStream(range))),
  });
  return {
    store: {
      ...store,
      getItemDb: (/** @type {string} */ table) => watch(store.getItemDb(table)),
      getIndexDb: (/** @type {string[]} */ ...names) => watch(store.getIndexDb(...names)),
    },
    /** The units of the first `count` items. @type {(count: number, isConsistent: boolean) => number} */
    units: (count, isConsistent) => readUnits(sum(sizes.slice(0, count), Number), isConsistent),
  };
}

/**
 * The size of an item in bytes, that of its names included.
 * @param {Item} item
 */
export function itemSize(item) {
  let size = 0;
  for (const name in item) size += Buffer.byteLength(name) + valueSize(item[name] ?? {});
  return size;
}

/**
 * @param {Value} value
 * @returns {number}
 */
function valueSize({ S, N, B, SS, NS, BS, L, M }) {
  if (S !== undefined) return Buffer.byteLength(S);
  if (N !== undefined) return numberSize(N);
  if (B !== undefined) return Buffer.byteLength(B, "base64");
  if (SS !== undefined) return sum(SS, (S) => valueSize({ S }));
  if (NS !== undefined) return sum(NS, (N) => valueSize({ N }));
  if (BS !== undefined) return sum(BS, (B) => valueSize({ B }));
  if (L !== undefined) return 3 + sum(L, (one) => 1 + valueSize(one));
  if (M !== undefined) return 3 + Object.keys(M).length + itemSize(M);
  // BOOL or NULL
  return 1;
}

/**
 * A byte, another for each two significant digits, and one for a minus. AWS says that it is about
 * that; a digit that has to be alone in its byte is counted as dynalite's author found it.
 * @param {string} text
 */
function numberSize(text) {
  const [, sign, coefficient = "", exponent = "0"] =
    /^([+-]?)([\d.]+)(?:e([+-]?\d+))?$/i.exec(text) ?? [];
  const [whole = "", fraction = ""] = coefficient.split(".");
  const digits = `${whole}${fraction}`.replace(/^0+/, "");
  const significant = digits.replace(/0+$/, "").length;
  if (significant === 0) return 1;
  // The power of ten of the first digit.
  const power = digits.length - fraction.length - 1 + Number(exponent);
  const shifted = significant % 2 === 0 && power % 2 === 0 ? 1 : 0;
  return 1 + Math.ceil(significant / 2) + shifted + (sign === "-" ? 1 : 0);
}

/**
 * The units of a read of so many bytes: a read that finds nothing costs what the smallest item does.
 * @param {number} size
 * @param {boolean} consistent
 */
function readUnits(size, consistent) {
  return Math.max(1, Math.ceil(size / READ)) / (consistent ? 1 : 2);
}

/**
 * The units of a write, by the larger one of the item before and the item after it.
 * @param {number} size
 */
function writeUnits(size) {
  return Math.max(1, Math.ceil(size / KB));
}

/**
 * @template T
 * @param {readonly T[]} list
 * @param {(one: T) => number} size
 */
function sum(list, size) {
  return list.reduce((total, one) => total + size(one), 0);
}
