import { describe, expect, test } from "vitest";
import { denial } from "../src/iam/authorize.ts";
import { invokePermission } from "../src/template/read-functions.ts";
import { readRole } from "../src/template/read-roles.ts";
import { Template } from "../src/template/template.ts";

type Properties = Record<string, unknown>;

function template(Resources: Record<string, { Type: string; Properties: Properties }>): Template {
  return new Template("Stack", { Parameters: {}, Mappings: {}, Conditions: {}, Resources });
}

const lambdaRole = (more: Properties = {}) => ({
  Type: "AWS::IAM::Role",
  Properties: more,
});
const policy = (Type: string, action: string, more: Properties = {}) => ({
  Type,
  Properties: {
    PolicyDocument: { Statement: { Effect: "Allow", Action: action, Resource: "*" } },
    ...more,
  },
});
const ROLE = "arn:aws:iam::000000000000:role/Role";

function refusal(template: Template): string {
  readRole(template, "Fn", ROLE);
  try {
    template.throwIfRefused();
    return "";
  } catch (error) {
    return String(error);
  }
}

describe("A function's role", () => {
  test("has its own policies, those attached to it, managed ones and AWS's", () => {
    const role = readRole(
      template({
        Role: lambdaRole({
          Policies: [
            { PolicyName: "P", PolicyDocument: policy("", "a:Own").Properties.PolicyDocument },
          ],
          ManagedPolicyArns: [
            { Ref: "Managed" },
            "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
          ],
        }),
        Attached: policy("AWS::IAM::Policy", "a:Attached", { Roles: [{ Ref: "Role" }] }),
        Managed: policy("AWS::IAM::ManagedPolicy", "a:Managed"),
        Other: policy("AWS::IAM::Policy", "a:Other", { Roles: ["Other"] }),
      }),
      "Fn",
      ROLE,
    );
    const may = (action: string) =>
      denial({ name: "Fn", role }, action, "arn:aws:a:::b") === undefined;
    const actions = ["a:Own", "a:Attached", "a:Managed", "logs:PutLogEvents"];
    expect(actions.filter(may)).toEqual(actions);
    expect(may("a:Other")).toBe(false);
  });

  test.each<[string, Properties, RegExp]>([
    [
      "with a managed policy of AWS that is not known",
      { ManagedPolicyArns: ["arn:aws:iam::aws:policy/AdministratorAccess"] },
      /Role +AWS::IAM::Role +has the managed policy .*AdministratorAccess/,
    ],
    [
      "with a permissions boundary",
      { PermissionsBoundary: "arn" },
      /Role +AWS::IAM::Role +PermissionsBoundary is not supported/,
    ],
    [
      "with a statement that cannot be enforced",
      {
        Policies: [
          {
            PolicyName: "P",
            PolicyDocument: { Statement: { Effect: "Allow", Action: "a:B", Resource: "Notes" } },
          },
        ],
      },
      /Role +AWS::IAM::Role +statement 0 has the resource Notes, which is no ARN/,
    ],
  ])("%s is refused with the reason", (_, more, message) => {
    expect(refusal(template({ Role: lambdaRole(more) }))).toMatch(message);
  });

  test("is refused if it is none of the stack's", () => {
    const Fn = { Type: "AWS::Lambda::Function", Properties: {} };
    expect(refusal(template({ Fn }))).toMatch(
      /Fn +AWS::Lambda::Function +has the role .*Role, which/,
    );
  });
});

test.each([
  ["apigateway.amazonaws.com", "arn:aws:execute-api:us-east-1:000000000000:Api/dev/$connect", true],
  ["apigateway.amazonaws.com", "arn:aws:execute-api:us-east-1:000000000000:Api/dev/other", false],
  [
    "apigateway.amazonaws.com",
    "arn:aws:execute-api:us-east-1:000000000000:Two/dev/$connect",
    false,
  ],
  ["events.amazonaws.com", "arn:aws:execute-api:us-east-1:000000000000:Api/dev/$connect", false],
])("A route's permission lets %s invoke the function for %s: %s", (principal, source, expected) => {
  const allows = invokePermission({
    Action: "lambda:InvokeFunction",
    FunctionName: "Fn",
    Principal: "apigateway.amazonaws.com",
    SourceArn: "arn:aws:execute-api:us-east-1:000000000000:Api/*$connect",
  });
  expect(allows(principal, source)).toBe(expected);
});
