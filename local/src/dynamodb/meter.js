import { Readable } from "node:stream";
import { itemSize, readUnits, writeUnits } from "./capacity.js";

/** @typedef {import("dynalite/db/index.js").Item} Item */
/** @typedef {import("dynalite/db/index.js").Items} Items */
/** @typedef {import("dynalite/db/index.js").Store} Store */
/** @typedef {import("dynalite/validations/index.js").Request} Request */

/** In bytes: what a page of a query or a scan has read when it ends. */
const PAGE = 1024 * 1024;

/** Finds the capacity units of one request, by the items that dynalite reads and writes for it. */
export class Meter {
  #name;
  /**
   * By table and key the size of an item that was read or written by its key: the larger one, if it
   * was both.
   * @type {Map<string, Map<string, number>>}
   */
  #sizes = new Map();
  /** The sizes of the items that a query or a scan came to. @type {number[]} */
  #scanned = [];

  /** @param {string} name of the operation */
  constructor(name) {
    this.#name = name;
  }

  /**
   * dynalite's store as the request sees it.
   * @param {Store} store
   * @param {Request} request whose page is made to end where DynamoDB's does
   */
  watch(store, request) {
    return {
      ...store,
      getItemDb: (/** @type {string} */ table) => {
        const note = (/** @type {string} */ key, /** @type {Item | undefined} */ item) =>
          this.#note(table, key, item);
        return this.#watchItems(store.getItemDb(table), request, note);
      },
      getIndexDb: (/** @type {string[]} */ ...names) =>
        this.#watchItems(store.getIndexDb(...names), request, () => {}),
    };
  }

  /**
   * @param {Request} request
   * @param {{ readonly ScannedCount?: number }} output
   * @returns the units, and what `ReturnConsumedCapacity` asks for
   */
  units({ TableName = "", ConsistentRead = false, RequestItems }, { ScannedCount }) {
    const isBatch = RequestItems !== undefined;
    const requests = Object.entries(RequestItems ?? { [TableName]: { ConsistentRead } });
    const tables = requests.map(([table, { ConsistentRead: consistent = false }]) => {
      const sizes = [...(this.#sizes.get(table)?.values() ?? [])];
      const scanned = this.#scanned.slice(0, ScannedCount).reduce((sum, size) => sum + size, 0);
      return { TableName: table, CapacityUnits: this.#sum(sizes, scanned, consistent) };
    });
    const units = tables.reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0);
    return { units, consumed: isBatch ? tables : tables[0] };
  }

  /**
   * The units of a write whose condition fails: the item that is there is paid for, or the one that
   * was to be put there if that is larger.
   * @param {Request} request
   */
  refusedUnits({ Item = {} }) {
    const sizes = [...this.#sizes.values()].flatMap((sizes) => [...sizes.values()]);
    return writeUnits(Math.max(itemSize(Item), ...sizes));
  }

  /**
   * @param {readonly number[]} sizes
   * @param {number} scanned
   * @param {boolean} consistent
   */
  #sum(sizes, scanned, consistent) {
    const total = (/** @type {(size: number) => number} */ units) =>
      sizes.reduce((sum, size) => sum + units(size), 0);
    switch (this.#name) {
      case "GetItem":
      case "BatchGetItem":
        return total((size) => readUnits(size, consistent));
      case "Query":
      case "Scan":
        // An index may lead to items of the table, which are read one by one.
        return readUnits(scanned, consistent) + total((size) => readUnits(size, consistent));
      case "PutItem":
      case "UpdateItem":
      case "DeleteItem":
      case "BatchWriteItem":
        return total(writeUnits);
      default:
        return 0;
    }
  }

  /**
   * @param {string} table
   * @param {string} key
   * @param {Item} [item]
   */
  #note(table, key, item = {}) {
    const sizes = this.#sizes.get(table) ?? new Map();
    this.#sizes.set(table, sizes.set(key, Math.max(itemSize(item), sizes.get(key) ?? 0)));
  }

  /**
   * @param {Items} items
   * @param {Request} request
   * @returns {object}
   * @param {(key: string, item?: Item) => void} note
   */
  #watchItems(items, request, note) {
    return {
      ...items,
      /** @type {Items["get"]} */
      get: (key, callback) =>
        items.get(key, (error, item) => {
          note(key, item);
          callback(error, item);
        }),
      /** @type {Items["put"]} */
      put: (key, item, callback) => {
        note(key, item);
        items.put(key, item, callback);
      },
      createValueStream: (/** @type {object} */ range) =>
        Readable.from(this.#scan(items.createValueStream(range), request)),
    };
  }

  /**
   * @param {AsyncIterable<Item>} items
   * @param {Request} request
   */
  async *#scan(items, request) {
    let read = 0;
    for await (const item of items) {
      const size = itemSize(item);
      read += size;
      this.#scanned.push(size);
      // dynalite has a limit in characters; it looks at this one before it takes the next item.
      if (read >= PAGE) request.Limit = Math.min(request.Limit ?? Infinity, this.#scanned.length);
      yield item;
    }
  }
}
