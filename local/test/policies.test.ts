import * as v from "valibot";
import { expect, test } from "vitest";
import { denial } from "../src/iam/authorize.ts";
import { CONSTANTS } from "../src/iam/conditions.ts";
import { compilePolicy, PolicyDocument } from "../src/iam/policy.ts";

const TABLE = "arn:aws:dynamodb:us-east-1:000000000000:table/Notes";

type Statement = Record<string, unknown>;

function refuse(problem: string): never {
  throw new Error(problem);
}

function allowed(
  statements: Statement[],
  action = "dynamodb:GetItem",
  resource = TABLE,
  context: Record<string, string> = {},
): boolean {
  const document = v.parse(PolicyDocument, { Version: "2012-10-17", Statement: statements });
  const role = {
    name: "Role",
    arn: "arn:role",
    statements: compilePolicy(document, context, refuse),
  };
  return denial({ name: "Fn", role }, action, resource) === undefined;
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
])("a policy with %s and the statements %j allows the call: %s", (_, statements, expected) => {
  const clean: Statement[] = JSON.parse(JSON.stringify(statements));
  expect(allowed(clean)).toBe(expected);
});

const context = { ...CONSTANTS, "aws:PrincipalArn": "arn:aws:iam::000000000000:role/Role" };

test.each<[string, Statement, boolean]>([
  ["StringEquals that holds", { StringEquals: { "aws:RequestedRegion": "us-east-1" } }, true],
  ["StringEquals that fails", { StringEquals: { "aws:RequestedRegion": "eu-west-1" } }, false],
  ["a key in another case", { StringEquals: { "AWS:requestedregion": "us-east-1" } }, true],
  ["one of two values", { StringEquals: { "aws:RequestedRegion": ["a", "us-east-1"] } }, true],
  ["StringNotEquals", { StringNotEquals: { "aws:RequestedRegion": "us-east-1" } }, false],
  ["StringEqualsIfExists", { StringEqualsIfExists: { "aws:RequestedRegion": "us-east-1" } }, true],
  [
    "StringNotEqualsIgnoreCase",
    { StringNotEqualsIgnoreCase: { "aws:RequestedRegion": "US-EAST-1" } },
    false,
  ],
  ["StringLike", { StringLike: { "aws:RequestedRegion": "us-*" } }, true],
  ["Bool on TLS", { Bool: { "aws:SecureTransport": false } }, false],
  ["ArnLike", { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/Other" } }, false],
  ["ArnNotEquals", { ArnNotEquals: { "aws:PrincipalArn": "arn:aws:iam::*:role/Other" } }, true],
  ["Null", { Null: { "aws:SecureTransport": "true" } }, false],
  [
    "two conditions, one of which fails",
    {
      StringLike: { "aws:RequestedRegion": "us-*" },
      StringEquals: { "aws:PrincipalAccount": "111111111111" },
    },
    false,
  ],
])("the condition %s is evaluated as in IAM", (_, Condition, expected) => {
  expect(allowed([allow({ Condition })], undefined, undefined, context)).toBe(expected);
});

test.each<[string, Statement, RegExp]>([
  [
    "an unknown condition operator",
    { Condition: { NumericLessThan: { "aws:SecureTransport": 1 } } },
    /NumericLessThan/,
  ],
  [
    "an unknown condition key",
    { Condition: { StringEquals: { "aws:SourceIp": "1.2.3.4" } } },
    /aws:SourceIp/,
  ],
  [
    "an unknown policy variable",
    { Condition: { StringEquals: { "aws:PrincipalArn": `\${aws:username}` } } },
    /aws:username/,
  ],
  [
    "an unknown policy variable in a resource",
    { Resource: `arn:aws:s3:::b/\${aws:username}` },
    /aws:username/,
  ],
  [
    "a condition on what a call is about",
    { Condition: { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": "a" } } },
    /dynamodb:LeadingKeys/,
  ],
  [
    "a condition on a set of values",
    { Condition: { "ForAnyValue:StringEquals": { "aws:PrincipalArn": "a" } } },
    /ForAnyValue:StringEquals/,
  ],
  ["a resource that is no ARN", { Resource: "Notes" }, /Notes/],
  ["both Action and NotAction", { NotAction: "a:b" }, /Action/],
])("a policy with %s is refused, and its statement is named", (_, more, message) => {
  const statement = allow({ Sid: "Mine", ...more });
  const compile = () => allowed([statement], undefined, undefined, context);
  expect(compile).toThrow(message);
  expect(compile).toThrow(/^statement Mine has /);
});

test("an element that is not known is refused by name", () => {
  expect(() => allowed([allow({ NotPrincipal: "*" })])).toThrow(/NotPrincipal/);
});

test("a denial names the role, the function, the action, the resource and the reason", () => {
  const role = { name: "Role", arn: "arn:role", statements: [] };
  expect(denial({ name: "Fn", role }, "dynamodb:PutItem", TABLE)).toBe(
    `User: arn:aws:sts::000000000000:assumed-role/Role/Fn is not authorized to perform: dynamodb:PutItem on resource: ${TABLE} because no identity-based policy allows the dynamodb:PutItem action`,
  );
});
