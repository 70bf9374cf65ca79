// Sizes and capacity units;
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html

/** @typedef {import("dynalite/db/index.js").Item} Item */
/** @typedef {import("dynalite/db/index.js").Value} Value */

const KB = 1024;

/** A read unit pays for 4 KB, or twice as much of what need not be consistent. */
const READ = 4 * KB;

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
export function readUnits(size, consistent) {
  return Math.max(1, Math.ceil(size / READ)) / (consistent ? 1 : 2);
}

/**
 * The units of a write, by the larger one of the item before and the item after it.
 * @param {number} size
 */
export function writeUnits(size) {
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
