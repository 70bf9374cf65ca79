import { describe, expect, test } from "vitest";
import { denial } from "../src/iam/authorize.ts";
import { readInvokePermissions } from "../src/iam/invoke-permission.ts";
import { readRole } from "../src/iam/role.ts";
import { Template } from "../src/template/template.ts";

type Properties = Record<string, unknown>;

function template(Resources: Record<string, { Type: string; Properties: Properties }>): Template {
  return new Template({ Parameters: {}, Mappings: {}, Conditions: {}, Resources });
}

const trust = (Service: string) => ({
  Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service } }],
});
const lambdaRole = (more: Properties = {}) => ({
  Type: "AWS::IAM::Role",
  Properties: { AssumeRolePolicyDocument: trust("lambda.amazonaws.com"), ...more },
});
const policy = (Type: string, action: string, more: Properties = {}) => ({
  Type,
  Properties: {
    PolicyDocument: { Statement: { Effect: "Allow", Action: action, Resource: "*" } },
    ...more,
  },
});
const ROLE = "arn:aws:iam::000000000000:role/Role";

describe("a function's role", () => {
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
      denial({ name: "Fn", role }, { action, resource: "arn:aws:a:::b" }, () => new Map()) ===
      undefined;
    const actions = ["a:Own", "a:Attached", "a:Managed", "logs:PutLogEvents"];
    expect(actions.filter(may)).toEqual(actions);
    expect(may("a:Other")).toBe(false);
  });

  test.each<[string, Properties, RegExp]>([
    [
      "that Lambda cannot assume",
      { AssumeRolePolicyDocument: trust("ec2.amazonaws.com") },
      /Role does not let lambda/,
    ],
    [
      "with a managed policy of AWS that is not known",
      { ManagedPolicyArns: ["arn:aws:iam::aws:policy/AdministratorAccess"] },
      /AdministratorAccess/,
    ],
    ["with a permissions boundary", { PermissionsBoundary: "arn" }, /PermissionsBoundary/],
  ])("%s is refused by name", (_, more, message) => {
    expect(() => readRole(template({ Role: lambdaRole(more) }), "Fn", ROLE)).toThrow(message);
  });

  test("that is none of the stack's is refused by the function's name", () => {
    expect(() => readRole(template({}), "Fn", ROLE)).toThrow(/the function Fn: its role/);
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
])("the permission of a route lets %s invoke for %s: %s", (principal, source, expected) => {
  const [permission] = readInvokePermissions(
    template({
      Permission: {
        Type: "AWS::Lambda::Permission",
        Properties: {
          Action: "lambda:InvokeFunction",
          FunctionName: "Fn",
          Principal: "apigateway.amazonaws.com",
          SourceArn: "arn:aws:execute-api:us-east-1:000000000000:Api/*$connect",
        },
      },
    }),
  );
  expect(permission?.allows(principal, source)).toBe(expected);
});
