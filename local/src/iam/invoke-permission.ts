import { ACCOUNT } from "../arn.ts";
import { glob } from "../glob.ts";
import { arnMatcher } from "./arn-pattern.ts";

/** A statement of a function's resource-based policy: which service may invoke it, and for what. */
export interface InvokePermission {
  /** The name or the ARN of the function. */
  readonly function: string;
  allows(principal: string, sourceArn: string): boolean;
}

/** The properties of an `AWS::Lambda::Permission`. */
interface PermissionProperties {
  readonly Action: string;
  readonly FunctionName: string;
  readonly Principal: string;
  readonly SourceArn?: string | undefined;
  readonly SourceAccount?: string | undefined;
}

export function invokePermission(properties: PermissionProperties): InvokePermission {
  const { Action, FunctionName, Principal, SourceArn = "*", SourceAccount = ACCOUNT } = properties;
  const isInvoke = glob(Action, "i").test("lambda:InvokeFunction");
  const matches = arnMatcher(SourceArn);
  return {
    function: FunctionName,
    allows: (principal, sourceArn) =>
      isInvoke &&
      (Principal === principal || Principal === "*") &&
      SourceAccount === ACCOUNT &&
      matches(sourceArn),
  };
}
