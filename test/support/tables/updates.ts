import {
  type Operand,
  operandIn,
  type Path,
  type Placeholders,
  type Reader,
  resolve,
  valueAt,
} from "./reader.ts";
import { type Item, invalid, membersOf, typeOf, Unsupported, type Value } from "./values.ts";

/**
 * Updates of attributes; what is nested is read by conditions, but not updated.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
 */

type Source =
  | { readonly kind: "operand"; readonly operand: Operand }
  | { readonly kind: "if_not_exists"; readonly path: Path; readonly otherwise: Source }
  | { readonly kind: "+" | "-"; readonly left: Source; readonly right: Source };

const SECTIONS = ["SET", "REMOVE", "ADD", "DELETE"] as const;

export interface Action {
  readonly kind: (typeof SECTIONS)[number];
  readonly path: Path;
  /** Absent in a REMOVE. */
  readonly source?: Source;
}

export function readUpdate(reader: Reader): Action[] {
  const actions: Action[] = [];
  while (!reader.isDone) {
    const token = reader.next().toUpperCase();
    const kind = SECTIONS.find((one) => one === token);
    if (kind === undefined) throw reader.error(`there is no section ${token}`);
    if (actions.some((one) => one.kind === kind)) throw reader.error(`${kind} is there twice`);
    do {
      actions.push(readAction(reader, kind));
    } while (reader.takes(","));
  }
  return actions;
}

function readAction(reader: Reader, kind: Action["kind"]): Action {
  const path = reader.path();
  if (path.length > 1) throw new Unsupported("Tables in memory update nothing that is nested");
  if (kind === "REMOVE") return { kind, path };
  if (kind !== "SET") return { kind, path, source: { kind: "operand", operand: reader.operand() } };
  reader.expect("=");
  return { kind, path, source: readSource(reader) };
}

function readSource(reader: Reader): Source {
  const left = readPart(reader);
  for (const kind of ["+", "-"] as const) {
    if (reader.takes(kind)) return { kind, left, right: readPart(reader) };
  }
  return left;
}

function readPart(reader: Reader): Source {
  const operand = reader.operand();
  if (operand.kind !== "path" || !reader.takes("(")) return { kind: "operand", operand };
  const [name] = operand.path;
  if (name !== "if_not_exists") throw new Unsupported(`Tables in memory have no function ${name}`);
  const path = reader.path();
  reader.expect(",");
  const otherwise = readSource(reader);
  reader.expect(")");
  return { kind: name, path, otherwise };
}

/** The item after the update. All values are read from the item before it. */
export function update(before: Item, actions: readonly Action[], given: Placeholders): Item {
  const names = actions.map(({ path }) => resolve(path, given)[0]);
  if (new Set(names).size < names.length) {
    throw invalid("Two document paths overlap with each other");
  }
  const after: Record<string, Value> = { ...before };
  for (const { kind, path, source } of actions) {
    const [name] = resolve(path, given);
    const value = source && evaluate(source, before, given);
    const next = value && CHANGES[kind](before[name], value);
    if (next === undefined) delete after[name];
    else after[name] = next;
  }
  return after;
}

function evaluate(source: Source, item: Item, given: Placeholders): Value {
  if (source.kind === "operand") {
    const value = operandIn(source.operand, item, given);
    if (value !== undefined) return value;
    throw invalid("The provided expression refers to an attribute that does not exist in the item");
  }
  if (source.kind === "if_not_exists") {
    return valueAt(item, source.path, given) ?? evaluate(source.otherwise, item, given);
  }
  const left = evaluate(source.left, item, given);
  const right = evaluate(source.right, item, given);
  return plus(left, right, source.kind === "+" ? 1 : -1);
}

/** What each section makes of the old value, if there is one, and the given one. */
const CHANGES: Record<Action["kind"], (old: Value | undefined, value: Value) => Value | undefined> =
  {
    SET: (_, value) => value,
    REMOVE: () => undefined,
    ADD(old, value) {
      if ("N" in value) return old === undefined ? value : plus(old, value, 1);
      return setOf(value, old, (members, more) => [...new Set([...members, ...more])]);
    },
    DELETE: (old, value) =>
      setOf(value, old, (members, less) => members.filter((one) => !less.includes(one))),
  };

function plus(left: Value, right: Value, sign: 1 | -1): Value {
  if (!("N" in left && "N" in right)) throw wrongType();
  const sum = Number(left.N) + sign * Number(right.N);
  if (Number.isSafeInteger(sum)) return { N: String(sum) };
  throw new Unsupported(`Tables in memory cannot add up to ${sum}`);
}

/** @returns undefined instead of an empty set */
function setOf(
  value: Value,
  old: Value | undefined,
  change: (members: readonly string[], operands: readonly string[]) => string[],
): Value | undefined {
  const operands = membersOf(value);
  if (operands === undefined || (old && typeOf(old) !== typeOf(value))) throw wrongType();
  const members = change(membersOf(old) ?? [], operands);
  if (members.length === 0) return undefined;
  return "SS" in value ? { SS: members } : { NS: members };
}

function wrongType(): Error {
  return invalid("An operand in the update expression has an incorrect data type");
}
