import * as v from "valibot";
import { arnMatcher, isArnPattern } from "../arn.ts";
import { glob } from "../glob.ts";
import { type Context, conditionsHold, UnknownElement } from "./conditions.ts";

const text = v.pipe(v.union([v.string(), v.boolean(), v.number()]), v.transform(String));
const all = v.pipe(
  v.unknown(),
  v.transform((one) => [one].flat()),
);
const texts = v.pipe(all, v.array(text));

const StatementElements = v.strictObject({
  Sid: v.optional(v.string()),
  /** Only policies of resources have it. */
  Principal: v.optional(v.unknown()),
  Effect: v.picklist(["Allow", "Deny"]),
  Action: v.optional(texts),
  NotAction: v.optional(texts),
  Resource: v.optional(texts),
  NotResource: v.optional(texts),
  Condition: v.optional(v.record(v.string(), v.record(v.string(), texts)), {}),
});
type StatementElements = v.InferOutput<typeof StatementElements>;

export const PolicyDocument = v.strictObject({
  Version: v.optional(v.picklist(["2012-10-17", "2008-10-17"])),
  Id: v.optional(v.string()),
  // A union of one statement and several would not say which element is unknown.
  Statement: v.pipe(all, v.array(StatementElements)),
});

export type PolicyDocument = v.InferOutput<typeof PolicyDocument>;

export interface Statement {
  readonly effect: "Allow" | "Deny";
  covers(action: string, resource: string): boolean;
}

/**
 * The statements of a policy whose conditions hold.
 * @param refuse is called with each statement that cannot be enforced, and the reason
 */
export function compilePolicy(
  { Statement }: PolicyDocument,
  context: Context,
  refuse: (problem: string) => void,
): Statement[] {
  return Statement.flatMap((elements, index) => {
    try {
      const statement = compileStatement(elements);
      return conditionsHold(elements.Condition, context) ? [statement] : [];
    } catch (error) {
      if (!(error instanceof UnknownElement)) throw error;
      refuse(`statement ${elements.Sid ?? index} has ${error.message}`);
      return [];
    }
  });
}

function compileStatement(elements: StatementElements): Statement {
  const { Action, NotAction, Resource, NotResource } = elements;
  const isAction = oneOf("Action", Action, NotAction, actionMatcher);
  const isResource = oneOf("Resource", Resource, NotResource, resourceMatcher);
  return {
    effect: elements.Effect,
    covers: (action, resource) => isAction(action) && isResource(resource),
  };
}

function actionMatcher(pattern: string): (action: string) => boolean {
  const regExp = glob(pattern, "i");
  return (action) => regExp.test(action);
}

function resourceMatcher(pattern: string): (arn: string) => boolean {
  if (pattern.includes("${")) throw new UnknownElement(`the policy variable in ${pattern}`);
  if (!isArnPattern(pattern)) throw new UnknownElement(`the resource ${pattern}, which is no ARN`);
  return arnMatcher(pattern);
}

/** A statement has either `Action` or `NotAction`, and either `Resource` or `NotResource`. */
function oneOf(
  name: string,
  positive: readonly string[] | undefined,
  negative: readonly string[] | undefined,
  matcher: (pattern: string) => (text: string) => boolean,
): (text: string) => boolean {
  const matchers = (positive ?? negative)?.map(matcher);
  if (matchers === undefined || (positive && negative)) {
    throw new UnknownElement(`not exactly one of ${name} and Not${name}`);
  }
  return (text) => matchers.some((matches) => matches(text)) === (positive !== undefined);
}
