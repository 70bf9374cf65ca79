import {
  type Operand,
  operandIn,
  type Path,
  type Placeholders,
  type Reader,
  valueAt,
} from "./reader.ts";
import {
  compare,
  type Item,
  invalid,
  isEqual,
  membersOf,
  Unsupported,
  type Value,
} from "./values.ts";

/**
 * Conditions of writes, filters and keys.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
 */

const COMPARISONS = ["=", "<>", "<", "<=", ">", ">="] as const;
type Comparison = (typeof COMPARISONS)[number];

export type Condition =
  | { readonly kind: "and" | "or"; readonly left: Condition; readonly right: Condition }
  | { readonly kind: "not"; readonly condition: Condition }
  | { readonly kind: Comparison; readonly left: Operand; readonly right: Operand }
  | { kind: "between"; readonly operand: Operand; readonly low: Operand; readonly high: Operand }
  | { readonly kind: "attribute_exists" | "attribute_not_exists"; readonly path: Path }
  | { kind: "begins_with" | "contains"; readonly path: Path; readonly operand: Operand };

export function readCondition(reader: Reader): Condition {
  let left = conjunction(reader);
  while (reader.takes("OR")) left = { kind: "or", left, right: conjunction(reader) };
  return left;
}

function conjunction(reader: Reader): Condition {
  let left = negation(reader);
  while (reader.takes("AND")) left = { kind: "and", left, right: negation(reader) };
  return left;
}

function negation(reader: Reader): Condition {
  if (reader.takes("NOT")) return { kind: "not", condition: negation(reader) };
  if (!reader.takes("(")) return test(reader);
  const inner = readCondition(reader);
  reader.expect(")");
  return inner;
}

function test(reader: Reader): Condition {
  const operand = reader.operand();
  if (operand.kind === "path" && reader.takes("(")) return call(reader, operand.path[0]);
  if (reader.takes("BETWEEN")) {
    const low = reader.operand();
    reader.expect("AND");
    return { kind: "between", operand, low, high: reader.operand() };
  }
  const token = reader.next();
  const kind = COMPARISONS.find((one) => one === token);
  if (kind === undefined) throw new Unsupported(`Tables in memory do not compare by ${token}`);
  return { kind, left: operand, right: reader.operand() };
}

function call(reader: Reader, name: string): Condition {
  const path = reader.path();
  if (name === "attribute_exists" || name === "attribute_not_exists") {
    reader.expect(")");
    return { kind: name, path };
  }
  if (name !== "begins_with" && name !== "contains") {
    throw new Unsupported(`Tables in memory have no function ${name}`);
  }
  reader.expect(",");
  const operand = reader.operand();
  reader.expect(")");
  return { kind: name, path, operand };
}

/** Whether a condition holds for an item; one that does not exist is empty. */
export function holds(condition: Condition, item: Item, given: Placeholders): boolean {
  const value = (operand: Operand) => operandIn(operand, item, given);
  switch (condition.kind) {
    case "and":
      return holds(condition.left, item, given) && holds(condition.right, item, given);
    case "or":
      return holds(condition.left, item, given) || holds(condition.right, item, given);
    case "not":
      return !holds(condition.condition, item, given);
    case "attribute_exists":
      return valueAt(item, condition.path, given) !== undefined;
    case "attribute_not_exists":
      return valueAt(item, condition.path, given) === undefined;
    case "begins_with":
      return begins(valueAt(item, condition.path, given), value(condition.operand));
    case "contains":
      return contains(valueAt(item, condition.path, given), value(condition.operand));
    case "between": {
      const [low, high] = [value(condition.low), value(condition.high)];
      if (compares(">", low, high)) throw invalid("BETWEEN has its upper bound first");
      const found = value(condition.operand);
      return compares(">=", found, low) && compares("<=", found, high);
    }
    default:
      return compares(condition.kind, value(condition.left), value(condition.right));
  }
}

function begins(a: Value | undefined, b: Value | undefined): boolean {
  return a !== undefined && b !== undefined && "S" in a && "S" in b && a.S.startsWith(b.S);
}

function contains(a: Value | undefined, b: Value | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  if ("S" in a) return "S" in b && a.S.includes(b.S);
  if ("L" in a) return a.L.some((one) => isEqual(one, b));
  const member = "S" in b ? "SS" in a && b.S : "N" in b && "NS" in a && b.N;
  return typeof member === "string" && (membersOf(a)?.includes(member) ?? false);
}

/** A missing value, or one of another type, fails every comparison except `<>`. */
function compares(how: Comparison, a: Value | undefined, b: Value | undefined): boolean {
  if (a === undefined || b === undefined) return how === "<>";
  if (how === "=") return isEqual(a, b);
  if (how === "<>") return !isEqual(a, b);
  const order = compare(a, b);
  if (order === undefined) return false;
  if (order === 0) return how === "<=" || how === ">=";
  return how.startsWith(order < 0 ? "<" : ">");
}
