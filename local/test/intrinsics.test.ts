import { expect, test } from "vitest";
import type { TemplateFile } from "../src/template/assembly.ts";
import { resolve, type Scope } from "../src/template/intrinsics.ts";
import { Template } from "../src/template/template.ts";

function template(parts: Partial<TemplateFile> = {}): Template {
  return new Template("Chat", {
    Parameters: {},
    Mappings: {},
    Conditions: {},
    Resources: {},
    ...parts,
  });
}

const scope: Scope = template({
  Parameters: { Size: { Type: "String", Default: "big" } },
  Mappings: { Runtimes: { "us-east-1": { node: "nodejs22.x" } } },
  Conditions: {
    IsBig: { "Fn::Equals": [{ Ref: "Size" }, "big"] },
    IsSmall: { "Fn::Not": [{ Condition: "IsBig" }] },
    Both: { "Fn::And": [{ Condition: "IsBig" }, { Condition: "IsSmall" }] },
    Either: { "Fn::Or": [{ Condition: "IsBig" }, { Condition: "IsSmall" }] },
  },
  Resources: {
    Table: { Type: "AWS::DynamoDB::Table", Properties: {} },
    Named: { Type: "AWS::DynamoDB::Table", Properties: { TableName: "given" } },
    Bucket: { Type: "AWS::S3::Bucket", Properties: {} },
    Queue: { Type: "AWS::SQS::Queue", Properties: { QueueName: "jobs" } },
    Topic: { Type: "AWS::SNS::Topic", Properties: {} },
  },
});

test.each([
  [{ Ref: "Table" }, "Table"],
  [{ Ref: "Named" }, "given"],
  [{ Ref: "Size" }, "big"],
  [{ Ref: "AWS::Region" }, "us-east-1"],
  [{ Ref: "AWS::StackName" }, "Chat"],
  [
    { Ref: "AWS::StackId" },
    "arn:aws:cloudformation:us-east-1:000000000000:stack/Chat/00000000-0000-0000-0000-000000000000",
  ],
  [{ Ref: "Topic" }, "arn:aws:sns:us-east-1:000000000000:Topic"],
  [{ "Fn::GetAtt": ["Topic", "TopicName"] }, "Topic"],
  [{ Ref: "Queue" }, "https://sqs.us-east-1.amazonaws.com/000000000000/jobs"],
  [{ "Fn::GetAtt": ["Queue", "Arn"] }, "arn:aws:sqs:us-east-1:000000000000:jobs"],
  [{ "Fn::GetAtt": ["Queue", "QueueName"] }, "jobs"],
  [{ "Fn::GetAtt": ["Named", "Arn"] }, "arn:aws:dynamodb:us-east-1:000000000000:table/given"],
  [{ "Fn::GetAtt": "Bucket.Arn" }, "arn:aws:s3:::bucket"],
  [{ "Fn::Join": ["-", ["a", { Ref: "Table" }]] }, "a-Table"],
  [
    { "Fn::Sub": `\${Table}, \${Bucket.Arn}, \${!Literal}` },
    `Table, arn:aws:s3:::bucket, \${Literal}`,
  ],
  [{ "Fn::Sub": [`\${own} \${AWS::Partition}`, { own: { Ref: "Size" } }] }, "big aws"],
  [{ "Fn::Select": ["1", ["a", "b"]] }, "b"],
  [{ "Fn::Select": [0, { "Fn::Split": ["/", "x/y"] }] }, "x"],
  [{ "Fn::FindInMap": ["Runtimes", { Ref: "AWS::Region" }, "node"] }, "nodejs22.x"],
  [{ "Fn::If": ["IsBig", "yes", "no"] }, "yes"],
  [{ "Fn::If": ["IsSmall", "yes", { Ref: "Table" }] }, "Table"],
  [{ "Fn::If": ["Both", 1, 2] }, 2],
  [{ "Fn::If": ["Either", 1, 2] }, 1],
  [{ kept: 1, gone: { Ref: "AWS::NoValue" } }, { kept: 1 }],
  [["a", { "Fn::If": ["IsSmall", "b", { Ref: "AWS::NoValue" }] }], ["a"]],
  [{ Condition: { StringEquals: { a: "b" } } }, { Condition: { StringEquals: { a: "b" } } }],
])("%j resolves to %j", (value, expected) => {
  expect(resolve(value, scope)).toEqual(expected);
});

test.each([
  [{ "Fn::ImportValue": "x" }, "Fn::ImportValue"],
  [
    { "Fn::FindInMap": ["Runtimes", "eu-west-1", "node"] },
    "the mapping Runtimes for node of eu-west-1",
  ],
  [{ Ref: "Nobody" }, "refers to Nobody"],
  [{ "Fn::GetAtt": ["Table", "StreamArn"] }, "Table.StreamArn"],
  [{ "Fn::If": ["Unknown", 1, 2] }, "condition Unknown"],
])("%j cannot be resolved, and the reason names it", (value, name) => {
  expect(() => resolve(value, scope)).toThrow(name);
});
