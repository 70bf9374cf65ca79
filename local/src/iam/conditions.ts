import { glob } from "../glob.ts";
import { arnMatcher } from "./arn-pattern.ts";

/** Part of a policy that is unknown here, so that the policy cannot be enforced. */
export class UnknownElement extends Error {
  override name = "UnknownElement";
}

/** The values of the condition keys for a call, by the keys' names in lower case. */
export type Context = ReadonlyMap<string, readonly string[]>;

/** The condition keys that have a value here, and whether they have one value or many. */
const KEYS: Readonly<Record<string, "one" | "many">> = {
  "aws:PrincipalAccount": "one",
  "aws:PrincipalArn": "one",
  "aws:RequestedRegion": "one",
  "aws:ResourceAccount": "one",
  "aws:SecureTransport": "one",
  "dynamodb:Attributes": "many",
  "dynamodb:LeadingKeys": "many",
  "dynamodb:ReturnConsumedCapacity": "one",
  "dynamodb:ReturnValues": "one",
  "dynamodb:Select": "one",
};

type Matcher = (wanted: string) => (value: string) => boolean;

const equals: Matcher = (wanted) => (value) => value === wanted;
const like: Matcher = (wanted) => {
  const pattern = glob(wanted);
  return (value) => pattern.test(value);
};
const ignoringCase: Matcher = (wanted) => (value) => value.toLowerCase() === wanted.toLowerCase();

const OPERATORS: Readonly<Record<string, { readonly matcher: Matcher; readonly not?: true }>> = {
  ArnEquals: { matcher: arnMatcher },
  ArnLike: { matcher: arnMatcher },
  ArnNotEquals: { matcher: arnMatcher, not: true },
  ArnNotLike: { matcher: arnMatcher, not: true },
  Bool: { matcher: ignoringCase },
  StringEquals: { matcher: equals },
  StringEqualsIgnoreCase: { matcher: ignoringCase },
  StringLike: { matcher: like },
  StringNotEquals: { matcher: equals, not: true },
  StringNotEqualsIgnoreCase: { matcher: ignoringCase, not: true },
  StringNotLike: { matcher: like, not: true },
};

/**
 * All of a statement's conditions must hold.
 * @throws {UnknownElement}
 */
export function compileConditions(
  block: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>,
): (context: Context) => boolean {
  const tests = Object.entries(block).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, wanted]) => compile(operator, key, wanted)),
  );
  return (context) => tests.every((test) => test(context));
}

function compile(
  operator: string,
  key: string,
  wanted: readonly string[],
): (context: Context) => boolean {
  const known = Object.keys(KEYS).find((name) => name.toLowerCase() === key.toLowerCase());
  if (known === undefined) throw new UnknownElement(`the unknown condition key ${key}`);
  const get = (context: Context) => context.get(known.toLowerCase()) ?? [];
  if (operator === "Null") {
    return (context) => wanted.includes(String(get(context).length === 0));
  }
  const [, set, name = "", ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  const found = OPERATORS[name];
  if (found === undefined) throw new UnknownElement(`the unknown condition operator ${operator}`);
  if (KEYS[known] === "many" && set === undefined) {
    throw new UnknownElement(`${operator} on ${key} without ForAllValues or ForAnyValue`);
  }
  const variable = wanted.find((text) => text.includes("${"));
  if (variable !== undefined) throw new UnknownElement(`the policy variable in ${variable}`);
  const { matcher, not = false } = found;
  const matchers = wanted.map(matcher);
  const holds = (value: string) => matchers.some((matches) => matches(value)) !== not;
  return (context) => {
    const values = get(context);
    if (set === "ForAllValues") return values.every(holds);
    if (set === "ForAnyValue") return values.some(holds);
    if (values.length === 0) return not || ifExists !== undefined;
    return values.every(holds);
  };
}
