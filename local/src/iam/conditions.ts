import { ACCOUNT, arnMatcher, REGION } from "../arn.ts";
import { glob } from "../glob.ts";

/** Part of a policy that is unknown here, so that the policy cannot be enforced. */
export class UnknownElement extends Error {
  override name = "UnknownElement";
}

/**
 * The values of condition keys. They are the same for every call of a role, so conditions are decided
 * once; keys whose value is the call's own, such as `dynamodb:LeadingKeys`, are unknown here.
 */
export type Context = Readonly<Record<string, string>>;

/** What is the same for every role. */
export const CONSTANTS: Context = {
  "aws:PrincipalAccount": ACCOUNT,
  "aws:RequestedRegion": REGION,
  "aws:ResourceAccount": ACCOUNT,
  "aws:SecureTransport": "true",
};

type Matcher = (wanted: string, value: string) => boolean;

const equals: Matcher = (wanted, value) => value === wanted;
const equalsArn: Matcher = (wanted, value) => arnMatcher(wanted)(value);
const ignoringCase: Matcher = (wanted, value) => value.toLowerCase() === wanted.toLowerCase();

const MATCHERS: Readonly<Record<string, Matcher>> = {
  ArnEquals: equalsArn,
  ArnLike: equalsArn,
  Bool: ignoringCase,
  StringEquals: equals,
  StringEqualsIgnoreCase: ignoringCase,
  StringLike: (wanted, value) => glob(wanted).test(value),
};

type ConditionBlock = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/**
 * Whether all of a statement's conditions hold.
 * @throws {UnknownElement}
 */
export function conditionsHold(block: ConditionBlock, context: Context): boolean {
  return Object.entries(block)
    .flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, wanted]) => holds(operator, key, wanted, context)),
    )
    .every(Boolean);
}

function holds(operator: string, key: string, wanted: readonly string[], context: Context) {
  const names = Object.keys(context);
  const known = names.find((name) => name.toLowerCase() === key.toLowerCase());
  if (known === undefined) throw new UnknownElement(`the unknown condition key ${key}`);
  const value = context[known] ?? "";
  if (operator === "Null") return wanted.includes("false");
  const matcher = MATCHERS[operator.replace(/IfExists$/, "").replace("Not", "")];
  if (matcher === undefined) throw new UnknownElement(`the unknown condition operator ${operator}`);
  const variable = wanted.find((text) => text.includes("${"));
  if (variable !== undefined) throw new UnknownElement(`the policy variable in ${variable}`);
  return wanted.some((one) => matcher(one, value)) !== operator.includes("Not");
}
