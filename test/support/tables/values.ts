import { DynamoDBServiceException } from "@aws-sdk/client-dynamodb";
import * as v from "valibot";

/** DynamoDB's values: their types, equality, order and sizes. */

export type Value =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }
  | { readonly SS: readonly string[] }
  | { readonly NS: readonly string[] }
  | { readonly L: readonly Value[] }
  | { readonly M: Item };
export type Item = { readonly [name: string]: Value };

/** For features of DynamoDB that the tables in memory lack: it must not pass for an answer. */
export class Unsupported extends Error {}

/** DynamoDB's answer to a request that makes no sense. */
export function invalid(message: string): DynamoDBServiceException {
  return new DynamoDBServiceException({
    name: "ValidationException",
    message,
    $fault: "client",
    $metadata: { httpStatusCode: 400 },
  });
}

/** A number as JavaScript writes it; DynamoDB's have more digits. */
const Numeral = v.pipe(
  v.string(),
  v.regex(/^-?\d+(\.\d+)?$/),
  v.check((text) => String(Number(text)) === text),
);
const Entry = v.variant("type", [
  v.object({ type: v.literal("S"), value: v.string() }),
  v.object({ type: v.literal("N"), value: Numeral }),
  v.object({ type: v.literal("BOOL"), value: v.boolean() }),
  v.object({ type: v.literal("NULL"), value: v.literal(true) }),
  v.object({ type: v.literal("SS"), value: v.array(v.string()) }),
  v.object({ type: v.literal("NS"), value: v.array(Numeral) }),
  v.object({ type: v.literal("L"), value: v.array(v.unknown()) }),
  v.object({ type: v.literal("M"), value: v.record(v.string(), v.unknown()) }),
]);

/** Copies a request's values, so that nobody can change them afterwards. */
export function readItem(input: Readonly<Record<string, unknown>>): Item {
  const entries = Object.entries(input).filter(([, value]) => value !== undefined);
  return Object.freeze(Object.fromEntries(entries.map(([name, one]) => [name, readValue(one)])));
}

export function readValue(input: unknown): Value {
  const [[type, value] = [], ...others] = Object.entries(input ?? {});
  const parsed = v.safeParse(Entry, { type, value });
  if (!parsed.success || others.length > 0) {
    throw new Unsupported(`Tables in memory do not keep ${JSON.stringify(input)}`);
  }
  return Object.freeze(freeze(parsed.output));
}

function freeze({ type, value }: v.InferOutput<typeof Entry>): Value {
  switch (type) {
    case "S":
      return { S: value };
    case "N":
      return { N: value };
    case "BOOL":
      return { BOOL: value };
    case "NULL":
      return { NULL: value };
    case "SS":
      return { SS: members(value) };
    case "NS":
      return { NS: members(value) };
    case "L":
      return { L: Object.freeze(value.map(readValue)) };
    case "M":
      return { M: readItem(value) };
  }
}

function members(all: readonly string[]): readonly string[] {
  if (all.length === 0) throw invalid("An string set  may not be empty");
  if (new Set(all).size < all.length) throw invalid("Input collection contains duplicates.");
  return Object.freeze([...all]);
}

export function typeOf(value: Value): string | undefined {
  return Object.keys(value)[0];
}

/** The members of a set as strings. */
export function membersOf(value: Value | undefined): readonly string[] | undefined {
  if (value && "SS" in value) return value.SS;
  return value && "NS" in value ? value.NS : undefined;
}

export function isEqual(a: Value, b: Value): boolean {
  return canonical(a) === canonical(b);
}

/** Equal for equal values: neither sets nor the attributes of a map have an order. */
export function canonical(value: Value): string {
  if ("L" in value) return JSON.stringify({ L: value.L.map(canonical) });
  if ("M" in value) {
    const entries = Object.entries(value.M).map(([name, one]) => [name, canonical(one)]);
    return JSON.stringify({ M: entries.toSorted() });
  }
  return JSON.stringify([typeOf(value), membersOf(value)?.toSorted() ?? value]);
}

/** Numbers by size, strings by their UTF-8 bytes. @returns undefined where there is no order */
export function compare(a: Value, b: Value): number | undefined {
  if ("N" in a && "N" in b) return Number(a.N) - Number(b.N);
  if (!("S" in a && "S" in b)) return undefined;
  return a.S === b.S ? 0 : Buffer.compare(Buffer.from(a.S), Buffer.from(b.S));
}

/**
 * Bytes of an item as DynamoDB counts them.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export function sizeOf(item: Item | undefined): number {
  return sum(Object.entries(item ?? {}), ([name, one]) => Buffer.byteLength(name) + valueSize(one));
}

function valueSize(value: Value): number {
  if ("S" in value) return Buffer.byteLength(value.S);
  if ("N" in value) return numberSize(value.N);
  if ("SS" in value) return sum(value.SS, (one) => Buffer.byteLength(one));
  if ("NS" in value) return sum(value.NS, numberSize);
  if ("L" in value) return 3 + sum(value.L, (one) => 1 + valueSize(one));
  if ("M" in value) return 3 + Object.keys(value.M).length + sizeOf(value.M);
  return 1;
}

/** About a byte for two digits, and one more. */
function numberSize(text: string): number {
  const digits = text.replace(/[-.]/g, "").replace(/^0+|0+$/g, "").length;
  return Math.ceil(digits / 2) + (text.startsWith("-") ? 2 : 1);
}

function sum<T>(all: readonly T[], size: (one: T) => number): number {
  return all.reduce((total, one) => total + size(one), 0);
}
