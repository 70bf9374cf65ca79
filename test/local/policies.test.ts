import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { denial } from "../../local/iam/authorize.ts";
import { readInvokePermissions } from "../../local/iam/invoke-permission.ts";
import { compilePolicy, PolicyDocument } from "../../local/iam/policy.ts";
import { readRole } from "../../local/iam/role.ts";
import { Template } from "../../local/template/template.ts";

const TABLE = "arn:aws:dynamodb:us-east-1:000000000000:table/Notes";

type Statement = Record<string, unknown>;

function allowed(
  statements: Statement[],
  action = "dynamodb:GetItem",
  resource = TABLE,
  context: Record<string, string[]> = {},
): boolean {
  const document = v.parse(PolicyDocument, { Version: "2012-10-17", Statement: statements });
  const role = { name: "Role", arn: "arn:role", statements: compilePolicy("Policy", document) };
  const known = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]));
  return denial({ name: "Fn", role }, { action, resource }, () => known) === undefined;
}

const allow = (more: Statement) => ({ Effect: "Allow", Action: "*", Resource: "*", ...more });
const deny = (more: Statement) => ({ ...allow(more), Effect: "Deny" });

test.each<[string, Statement[], boolean]>([
  ["no statement", [], false],
  ["another action", [allow({ Action: "dynamodb:PutItem" })], false],
  ["the action", [allow({ Action: "dynamodb:GetItem" })], true],
  ["the action in another case", [allow({ Action: "DynamoDB:getitem" })], true],
  ["one of several actions", [allow({ Action: ["a:B", "dynamodb:GetItem"] })], true],
  ["a wildcard", [allow({ Action: "dynamodb:Get*" })], true],
  ["a wildcard for one character", [allow({ Action: "dynamodb:GetIte?" })], true],
  ["a wildcard that does not fit", [allow({ Action: "dynamodb:?GetItem" })], false],
  ["a dot, which is no wildcard", [allow({ Action: "dynamodb.GetItem" })], false],
  ["the table", [allow({ Resource: TABLE })], true],
  ["another table", [allow({ Resource: `${TABLE}s` })], false],
  ["an index of the table only", [allow({ Resource: `${TABLE}/index/*` })], false],
  ["a table by a wildcard", [allow({ Resource: "arn:aws:dynamodb:*:*:table/N*" })], true],
  ["all actions but this", [allow({ Action: undefined, NotAction: "dynamodb:GetItem" })], false],
  ["all actions but another", [allow({ Action: undefined, NotAction: "dynamodb:Put*" })], true],
  ["all resources but this", [allow({ Resource: undefined, NotResource: [TABLE] })], false],
  ["an Allow and a Deny", [allow({}), deny({ Action: "dynamodb:GetItem" })], false],
  ["a Deny of something else", [allow({}), deny({ Action: "dynamodb:Scan" })], true],
  ["a Deny alone", [deny({})], false],
])("with %s: %j gives %s", (_, statements, expected) => {
  const clean: Statement[] = JSON.parse(JSON.stringify(statements));
  expect(allowed(clean)).toBe(expected);
});

const own = { "dynamodb:LeadingKeys": ["me"] };
const both = { "dynamodb:LeadingKeys": ["me", "you"] };
const mine = { "dynamodb:LeadingKeys": ["me"] };

test.each<[string, Statement, Record<string, string[]>, boolean]>([
  [
    "StringEquals holds",
    { StringEquals: { "dynamodb:Select": "COUNT" } },
    { "dynamodb:Select": ["COUNT"] },
    true,
  ],
  [
    "StringEquals does not",
    { StringEquals: { "dynamodb:Select": "COUNT" } },
    { "dynamodb:Select": ["ALL_ATTRIBUTES"] },
    false,
  ],
  [
    "StringEquals on a key that is not there",
    { StringEquals: { "dynamodb:Select": "COUNT" } },
    {},
    false,
  ],
  [
    "StringEqualsIfExists on such a key",
    { StringEqualsIfExists: { "dynamodb:Select": "COUNT" } },
    {},
    true,
  ],
  ["StringNotEquals on such a key", { StringNotEquals: { "dynamodb:Select": "COUNT" } }, {}, true],
  [
    "StringLike",
    { StringLike: { "dynamodb:Select": "ALL_*" } },
    { "dynamodb:Select": ["ALL_ATTRIBUTES"] },
    true,
  ],
  ["Bool on TLS", { Bool: { "aws:SecureTransport": false } }, {}, false],
  [
    "ArnLike on the role",
    { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/Other" } },
    {},
    false,
  ],
  ["Null", { Null: { "dynamodb:Select": "true" } }, {}, true],
  [
    "ForAllValues on all that are asked for",
    { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": ["me"] } },
    own,
    true,
  ],
  [
    "ForAllValues on one too many",
    { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": ["me"] } },
    both,
    false,
  ],
  [
    "ForAnyValue on one of them",
    { "ForAnyValue:StringEquals": { "dynamodb:LeadingKeys": ["me"] } },
    both,
    true,
  ],
  [
    "ForAllValues on none",
    { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": ["me"] } },
    {},
    true,
  ],
  [
    "two conditions, one of which fails",
    {
      "ForAnyValue:StringLike": { "dynamodb:LeadingKeys": "m*" },
      StringEquals: { "aws:RequestedRegion": "eu-west-1" },
    },
    mine,
    false,
  ],
])("the condition %s", (_, Condition, context, expected) => {
  expect(allowed([allow({ Condition })], undefined, undefined, context)).toBe(expected);
});

test.each<[string, Statement, RegExp]>([
  [
    "a condition operator",
    { Condition: { NumericLessThan: { "aws:SecureTransport": 1 } } },
    /NumericLessThan/,
  ],
  [
    "a condition key",
    { Condition: { StringEquals: { "aws:SourceIp": "1.2.3.4" } } },
    /aws:SourceIp/,
  ],
  [
    "a policy variable",
    { Condition: { StringEquals: { "aws:PrincipalArn": `\${aws:username}` } } },
    /aws:username/,
  ],
  [
    "a policy variable in a resource",
    { Resource: `arn:aws:s3:::b/\${aws:username}` },
    /aws:username/,
  ],
  [
    "a list of keys without ForAllValues",
    { Condition: { StringEquals: { "dynamodb:LeadingKeys": "a" } } },
    /LeadingKeys without/,
  ],
  ["a resource that is no ARN", { Resource: "Notes" }, /Notes/],
  ["both Action and NotAction", { NotAction: "a:b" }, /Action/],
])("%s that is not known is refused by name, with the policy's", (_, more, message) => {
  const compile = () => allowed([allow(more)]);
  expect(compile).toThrow(message);
  expect(compile).toThrow(/Policy/);
});

test("an element that is not known is refused by name", () => {
  expect(() => allowed([allow({ Principal: "*" })])).toThrow(/Principal/);
});

function template(Resources: Record<string, { Type: string; Properties: Statement }>): Template {
  return new Template({ Parameters: {}, Mappings: {}, Conditions: {}, Resources });
}

const trust = (Service: string) => ({
  Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service } }],
});
const lambdaRole = (more: Statement = {}) => ({
  Type: "AWS::IAM::Role",
  Properties: { AssumeRolePolicyDocument: trust("lambda.amazonaws.com"), ...more },
});
const policy = (Type: string, action: string, more: Statement = {}) => ({
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
      denial({ name: "Fn", role }, { action, resource: TABLE }, () => new Map()) === undefined;
    const actions = ["a:Own", "a:Attached", "a:Managed", "logs:PutLogEvents"];
    expect(actions.filter(may)).toEqual(actions);
    expect(may("a:Other")).toBe(false);
  });

  test.each<[string, Statement, RegExp]>([
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

test("a denial names the role, the function, the action, the resource and the reason", () => {
  const role = { name: "Role", arn: ROLE, statements: [] };
  const right = { action: "dynamodb:PutItem", resource: TABLE };
  expect(denial({ name: "Fn", role }, right, () => new Map())).toBe(
    `User: arn:aws:sts::000000000000:assumed-role/Role/Fn is not authorized to perform: dynamodb:PutItem on resource: ${TABLE} because no identity-based policy allows the dynamodb:PutItem action`,
  );
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
