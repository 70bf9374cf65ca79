import * as v from "valibot";
import { ACCOUNT } from "../aws/place.ts";
import { StartError } from "../start-error.ts";
import type { Template } from "../template/template.ts";
import { arnMatcher, glob } from "./patterns.ts";

const Properties = v.strictObject({
  Action: v.string(),
  FunctionName: v.string(),
  Principal: v.string(),
  SourceArn: v.optional(v.string()),
  SourceAccount: v.optional(v.string()),
});

/** A statement of a function's resource policy: who, besides roles, may invoke it. */
export interface InvokePermission {
  /** The name or the ARN of the function. */
  readonly function: string;
  allows(principal: string, sourceArn: string): boolean;
}

export function readInvokePermissions(template: Template): InvokePermission[] {
  return template.all("AWS::Lambda::Permission", Properties).map(({ id, properties }) => {
    const { Action, FunctionName, Principal, SourceArn, SourceAccount } = properties;
    if (!Action.startsWith("lambda:")) {
      throw new StartError(`Natter cannot enforce the permission ${id}: its action is ${Action}.`);
    }
    const isInvoke = glob(Action, "i").test("lambda:InvokeFunction");
    const matches = arnMatcher(SourceArn ?? "*");
    return {
      function: FunctionName,
      allows: (principal, sourceArn) =>
        isInvoke &&
        (Principal === principal || Principal === "*") &&
        (SourceAccount ?? ACCOUNT) === ACCOUNT &&
        matches(sourceArn),
    };
  });
}
