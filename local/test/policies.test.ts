import * as v from "valibot";
import { expect, test } from "vitest";
import { denial } from "../src/iam/authorize.ts";
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
  context: Record<string, string[]> = {},
): boolean {
  const document = v.parse(PolicyDocument, { Version: "2012-10-17", Statement: statements });
  const role = { name: "Role", arn: "arn:role", statements: compilePolicy(document, refuse) };
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
])("a policy with %s and the statements %j allows the call: %s", (_, statements, expected) => {
  const clean: Statement[] = JSON.parse(JSON.stringify(statements));
  expect(allowed(clean)).toBe(expected);
});

const own = { "dynamodb:LeadingKeys": ["me"] };
const both = { "dynamodb:LeadingKeys": ["me", "you"] };
const mine = { "dynamodb:LeadingKeys": ["me"] };

test.each<[string, Statement, Record<string, string[]>, boolean]>([
  [
    "StringEquals that holds",
    { StringEquals: { "dynamodb:Select": "COUNT" } },
    { "dynamodb:Select": ["COUNT"] },
    true,
  ],
  [
    "StringEquals that does not hold",
    { StringEquals: { "dynamodb:Select": "COUNT" } },
    { "dynamodb:Select": ["ALL_ATTRIBUTES"] },
    false,
  ],
  ["StringEquals on an absent key", { StringEquals: { "dynamodb:Select": "COUNT" } }, {}, false],
  [
    "StringEqualsIfExists on an absent key",
    { StringEqualsIfExists: { "dynamodb:Select": "COUNT" } },
    {},
    true,
  ],
  [
    "StringNotEquals on an absent key",
    { StringNotEquals: { "dynamodb:Select": "COUNT" } },
    {},
    true,
  ],
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
])("the condition %s is evaluated as in IAM", (_, Condition, context, expected) => {
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
    "a list of keys without ForAllValues",
    { Condition: { StringEquals: { "dynamodb:LeadingKeys": "a" } } },
    /LeadingKeys without/,
  ],
  ["a resource that is no ARN", { Resource: "Notes" }, /Notes/],
  ["both Action and NotAction", { NotAction: "a:b" }, /Action/],
])("a policy with %s is refused, and its statement is named", (_, more, message) => {
  const compile = () => allowed([allow({ Sid: "Mine", ...more })]);
  expect(compile).toThrow(message);
  expect(compile).toThrow(/^statement Mine has /);
});

test("an element that is not known is refused by name", () => {
  expect(() => allowed([allow({ Principal: "*" })])).toThrow(/Principal/);
});

test("a denial names the role, the function, the action, the resource and the reason", () => {
  const role = { name: "Role", arn: "arn:role", statements: [] };
  const right = { action: "dynamodb:PutItem", resource: TABLE };
  expect(denial({ name: "Fn", role }, right, () => new Map())).toBe(
    `User: arn:aws:sts::000000000000:assumed-role/Role/Fn is not authorized to perform: dynamodb:PutItem on resource: ${TABLE} because no identity-based policy allows the dynamodb:PutItem action`,
  );
});
