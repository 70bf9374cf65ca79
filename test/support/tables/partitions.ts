import { type Condition, holds } from "./conditions.ts";
import { operandIn, type Placeholders, resolve } from "./reader.ts";
import { compare, type Item, invalid, typeOf, type Value } from "./values.ts";

interface KeyAttribute {
  readonly name: string;
  readonly type: "S" | "N";
}

export interface KeySchema {
  readonly hash: KeyAttribute;
  readonly range?: KeyAttribute | undefined;
}

/** The place of an item: its partition, and its range in it. */
interface Key {
  readonly hash: string;
  readonly range: Value;
}

/** The range of every item of a table whose key has none. */
const NO_RANGE: Value = { S: "" };

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const MAX_HASH_BYTES = 2048;
const MAX_RANGE_BYTES = 1024;

/** The items of a table, partition by partition, each in the order of its ranges. */
export class Partitions {
  readonly #schema: KeySchema;
  readonly #rows = new Map<string, { readonly range: Value; readonly item: Item }[]>();

  constructor(schema: KeySchema) {
    this.#schema = schema;
  }

  /** The attributes of an item that are its key. */
  keyPart(item: Item): Item {
    const { hash, range } = this.#schema;
    return Object.fromEntries(
      Object.entries(item).filter(([name]) => name === hash.name || name === range?.name),
    );
  }

  #keyOf(item: Item): Key {
    const { hash, range } = this.#schema;
    return {
      hash: textOf(keyValue(item, hash, MAX_HASH_BYTES)),
      range: range ? keyValue(item, range, MAX_RANGE_BYTES) : NO_RANGE,
    };
  }

  /** @throws for a value that is not exactly a key of this table */
  checkKey(key: Item): void {
    this.#keyOf(key);
    if (Object.keys(key).length !== Object.keys(this.keyPart(key)).length) {
      throw invalid("The provided key element does not match the schema");
    }
  }

  /** @param key an item's key, or the item */
  get(key: Item): Item | undefined {
    const { hash, range } = this.#keyOf(key);
    const rows = this.#rows.get(hash) ?? [];
    const row = rows[placeOf(rows, range)];
    return row && compare(row.range, range) === 0 ? row.item : undefined;
  }

  /** @param key an item's key, or the item */
  set(key: Item, item: Item | undefined): void {
    const { hash, range } = this.#keyOf(key);
    const rows = this.#rows.get(hash) ?? [];
    const isThere = this.get(key) !== undefined;
    rows.splice(placeOf(rows, range), isThere ? 1 : 0, ...(item ? [{ range, item }] : []));
    if (rows.length === 0) this.#rows.delete(hash);
    else this.#rows.set(hash, rows);
  }

  /** Every item after the one with the key `start`, in an order that stays the same. */
  all(start: Item | undefined): Item[] {
    const from = start && this.#keyOf(start);
    return [...this.#rows.keys()]
      .filter((hash) => from === undefined || hash >= from.hash)
      .toSorted()
      .flatMap((hash) => this.#after(hash, hash === from?.hash ? start : undefined, true));
  }

  /** The items of one partition for which a key condition holds, in either direction. */
  query(condition: Condition, given: Placeholders, start: Item | undefined, isForward: boolean) {
    if (start && !holds(condition, start, given)) {
      throw invalid("The provided starting key does not match the range key predicate");
    }
    const items = this.#after(this.#hashIn(condition, given), start, isForward);
    return items.filter((item) => holds(condition, item, given));
  }

  #after(hash: string, start: Item | undefined, isForward: boolean): Item[] {
    const rows = this.#rows.get(hash) ?? [];
    const items = rows.map(({ item }) => item);
    if (start) {
      const place = placeOf(rows, this.#keyOf(start).range);
      if (!isForward) items.splice(place);
      else items.splice(0, place + (this.get(start) ? 1 : 0));
    }
    return isForward ? items : items.reverse();
  }

  /** The partition that a key condition names: one test of the hash, and at most one of the range. */
  #hashIn(condition: Condition, given: Placeholders): string {
    const { hash, range } = this.#schema;
    const found = new Map<string, Value>();
    for (const part of partsOf(condition)) {
      const { name, kind, values } = keyTest(part, given);
      const type = name === hash.name ? hash.type : name === range?.name ? range?.type : undefined;
      const [value] = values;
      if (
        value === undefined ||
        type === undefined ||
        found.has(name) ||
        (name === hash.name && kind !== "=") ||
        values.some((one) => one === undefined || typeOf(one) !== type)
      ) {
        throw invalid("Query key condition not supported");
      }
      found.set(name, value);
    }
    const value = found.get(hash.name);
    if (value === undefined)
      throw invalid(`Query condition missed key schema element: ${hash.name}`);
    return textOf(value);
  }
}

function partsOf(condition: Condition): Condition[] {
  if (condition.kind !== "and") return [condition];
  return [...partsOf(condition.left), ...partsOf(condition.right)];
}

/** Which attribute a part of a key condition compares with which values. */
function keyTest(part: Condition, given: Placeholders) {
  const valuesOf = (...operands: Parameters<typeof operandIn>[0][]) =>
    operands.map((one) => (one.kind === "value" ? operandIn(one, {}, given) : undefined));
  switch (part.kind) {
    case "=":
    case "<":
    case "<=":
    case ">":
    case ">=":
      if (part.left.kind !== "path") break;
      return {
        name: resolve(part.left.path, given).join("."),
        kind: part.kind,
        values: valuesOf(part.right),
      };
    case "between":
      if (part.operand.kind !== "path") break;
      return {
        name: resolve(part.operand.path, given).join("."),
        kind: part.kind,
        values: valuesOf(part.low, part.high),
      };
    case "begins_with":
      return {
        name: resolve(part.path, given).join("."),
        kind: part.kind,
        values: valuesOf(part.operand),
      };
  }
  throw invalid(`Invalid operator used in KeyConditionExpression: ${part.kind}`);
}

/** The position of a range in its partition, existing or not. */
function placeOf(rows: readonly { readonly range: Value }[], range: Value): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((compare(rows[middle]?.range ?? NO_RANGE, range) ?? 0) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function keyValue(item: Item, { name, type }: KeyAttribute, maxBytes: number): Value {
  const value = item[name];
  if (value === undefined || typeOf(value) !== type) {
    throw invalid(`The key element ${name} is missing, or not of the type ${type}`);
  }
  const bytes = Buffer.byteLength(textOf(value));
  if (bytes === 0 || bytes > maxBytes) throw invalid(`The key element ${name} has ${bytes} bytes`);
  return value;
}

function textOf(value: Value): string {
  if ("S" in value) return value.S;
  return "N" in value ? value.N : "";
}
