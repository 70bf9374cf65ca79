import type { AttributeValue } from "@aws-sdk/client-dynamodb";

/**
 * DynamoDB's attribute values as JavaScript's own: strings, numbers, booleans, null, arrays, objects, and
 * sets of strings or of numbers. The document client does this too, but takes several times as long.
 */

export type Values = Record<string, unknown>;
export type Attributes = Record<string, AttributeValue>;

/** What is undefined is left out. */
export function toAttributes(values: object): Attributes {
  const attributes: Attributes = {};
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) attributes[name] = toAttribute(value);
  }
  return attributes;
}

function toAttribute(value: unknown): AttributeValue {
  if (typeof value === "string") return { S: value };
  if (typeof value === "number") return { N: `${value}` };
  if (typeof value === "boolean") return { BOOL: value };
  if (Array.isArray(value)) return { L: value.map(toAttribute) };
  if (value instanceof Set) {
    const elements = [...value];
    const texts = elements.map(String);
    return typeof elements[0] === "number" ? { NS: texts } : { SS: texts };
  }
  if (typeof value === "object" && value !== null) return { M: toAttributes(value) };
  if (value === null) return { NULL: true };
  throw new TypeError(`DynamoDB does not store a ${typeof value} here`);
}

export function toValues(attributes: Attributes): Values {
  const values: Values = {};
  for (const name in attributes) values[name] = toValue(attributes[name] ?? { NULL: true });
  return values;
}

function toValue({ S, N, BOOL, M, L, SS, NS, NULL }: AttributeValue): unknown {
  if (S !== undefined) return S;
  if (N !== undefined) return Number(N);
  if (BOOL !== undefined) return BOOL;
  if (M !== undefined) return toValues(M);
  if (L !== undefined) return L.map(toValue);
  if (SS !== undefined) return new Set(SS);
  if (NS !== undefined) return new Set(NS.map(Number));
  if (NULL) return null;
  throw new TypeError("Bytes are not stored here");
}
