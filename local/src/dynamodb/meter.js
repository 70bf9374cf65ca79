// Capacity units in the place of dynalite's, which counts characters and not bytes.
import { Readable } from "node:stream";
import db from "dynalite/db/index.js";
import { itemSize, readUnits, writeUnits } from "./capacity.js";

/** @typedef {import("dynalite/db/index.js").Item} Item */
/** @typedef {import("dynalite/db/index.js").Items} Items */
/** @typedef {import("dynalite/db/index.js").Store} Store */

/** In bytes: what a page of a query or a scan has read when it ends. */
const PAGE = 1024 * 1024;

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
    units: (count, isConsistent) =>
      readUnits(
        sizes.slice(0, count).reduce((sum, size) => sum + size, 0),
        isConsistent,
      ),
  };
}
