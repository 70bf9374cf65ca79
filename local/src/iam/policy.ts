import * as v from "valibot";
import { StartError } from "../start-error.ts";
import { type Context, compileConditions } from "./conditions.ts";
import { arnMatcher, glob, isArnPattern } from "./patterns.ts";

const text = v.pipe(v.union([v.string(), v.boolean(), v.number()]), v.transform(String));
const texts = v.union([
  v.array(text),
  v.pipe(
    text,
    v.transform((one) => [one]),
  ),
]);

const StatementElements = v.strictObject({
  Sid: v.optional(v.string()),
  Effect: v.picklist(["Allow", "Deny"]),
  Action: v.optional(texts),
  NotAction: v.optional(texts),
  Resource: v.optional(texts),
  NotResource: v.optional(texts),
  Condition: v.optional(v.record(v.string(), v.record(v.string(), texts)), {}),
});

/** An identity-based policy. An element that is not known here is refused by name. */
export const PolicyDocument = v.strictObject({
  Version: v.optional(v.picklist(["2012-10-17", "2008-10-17"])),
  Id: v.optional(v.string()),
  // A union of one and several would not say which element of a statement it does not know.
  Statement: v.pipe(
    v.unknown(),
    v.transform((one) => [one].flat()),
    v.array(StatementElements),
  ),
});

export type PolicyDocument = v.InferOutput<typeof PolicyDocument>;

/** What a call needs to be allowed: an action on a resource. */
export interface Right {
  readonly action: string;
  /** An ARN. */
  readonly resource: string;
}

export interface Statement {
  readonly effect: "Allow" | "Deny";
  covers(right: Right): boolean;
  holds(context: Context): boolean;
}

/** @throws {StartError} that names what in it cannot be enforced */
export function compilePolicy(owner: string, { Statement }: PolicyDocument): Statement[] {
  return Statement.map((elements, index) => {
    const refuse = (problem: string): never => {
      const which = elements.Sid ?? index;
      throw new StartError(
        `Natter cannot enforce the statement ${which} of ${owner}: it does not know ${problem}.`,
      );
    };
    const action = oneOf(refuse, "Action", elements.Action, elements.NotAction, actionMatcher);
    const resource = oneOf(
      refuse,
      "Resource",
      elements.Resource,
      elements.NotResource,
      (pattern) => {
        if (pattern.includes("${")) return refuse(`the policy variable in ${pattern}`);
        if (!isArnPattern(pattern)) return refuse(`the resource ${pattern}, which is no ARN`);
        return arnMatcher(pattern);
      },
    );
    return {
      effect: elements.Effect,
      covers: (right) => action(right.action) && resource(right.resource),
      holds: compileConditions(elements.Condition, refuse),
    };
  });
}

function actionMatcher(pattern: string): (action: string) => boolean {
  const regExp = glob(pattern, "i");
  return (action) => regExp.test(action);
}

/** `Action` and `NotAction`, and the same of resources: a statement has one of the two. */
function oneOf(
  refuse: (problem: string) => never,
  name: string,
  positive: readonly string[] | undefined,
  negative: readonly string[] | undefined,
  matcher: (pattern: string) => (text: string) => boolean,
): (text: string) => boolean {
  const matchers = (positive ?? negative)?.map(matcher);
  if (matchers === undefined || (positive && negative)) {
    return refuse(`a statement without one of ${name} and Not${name}`);
  }
  return (text) => matchers.some((matches) => matches(text)) === (positive !== undefined);
}
