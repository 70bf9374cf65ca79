import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { readAssembly, type TemplateFile } from "../src/template/assembly.ts";
import { resolve, type Scope } from "../src/template/intrinsics.ts";
import { readStack } from "../src/template/stack.ts";
import { Template } from "../src/template/template.ts";
import { type FixtureTemplate, fixtureTemplate, lambda, writeAssembly } from "./fixtures/app.ts";
import { startFixture } from "./fixtures/runtime.ts";

function template(parts: Partial<TemplateFile> = {}): Template {
  return new Template({ Parameters: {}, Mappings: {}, Conditions: {}, Resources: {}, ...parts });
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
  },
});

test.each([
  [{ Ref: "Table" }, "Table"],
  [{ Ref: "Named" }, "given"],
  [{ Ref: "Size" }, "big"],
  [{ Ref: "AWS::Region" }, "us-east-1"],
  [{ "Fn::GetAtt": ["Named", "Arn"] }, "arn:aws:dynamodb:us-east-1:000000000000:table/given"],
  [{ "Fn::GetAtt": "Bucket.Arn" }, "arn:aws:s3:::Bucket"],
  [{ "Fn::Join": ["-", ["a", { Ref: "Table" }]] }, "a-Table"],
  [
    { "Fn::Sub": `\${Table}, \${Bucket.Arn}, \${!Literal}` },
    `Table, arn:aws:s3:::Bucket, \${Literal}`,
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
  [{ "Fn::FindInMap": ["Runtimes", "eu-west-1", "node"] }, "Runtimes has no node of eu-west-1"],
  [{ Ref: "Nobody" }, "Ref Nobody"],
  [{ "Fn::GetAtt": ["Table", "StreamArn"] }, "Table.StreamArn"],
  [{ "Fn::If": ["Unknown", 1, 2] }, "condition Unknown"],
  [{ Ref: "AWS::StackId" }, "AWS::StackId"],
])("%j is refused by name", (value, name) => {
  expect(() => resolve(value, scope)).toThrow(name);
});

async function read(change: (template: FixtureTemplate) => void) {
  const file = fixtureTemplate("http://recorder");
  change(file);
  const folder = await writeAssembly(file);
  try {
    return readStack(await readAssembly(folder));
  } finally {
    await rm(folder, { recursive: true });
  }
}

const add = (id: string, Type: string, Properties: Record<string, unknown> = {}) =>
  (({ Resources }) => {
    Resources[id] = { Type, Properties };
  }) satisfies (template: FixtureTemplate) => void;

const change = (id: string, properties: Record<string, unknown>) =>
  (({ Resources }) => {
    Object.assign(Resources[id]?.Properties ?? {}, properties);
  }) satisfies (template: FixtureTemplate) => void;

test.each([
  ["an unknown resource type", add("Queue", "AWS::SQS::Queue"), /Queue.*AWS::SQS::Queue/],
  ["an unknown custom resource", add("Mine", "Custom::Mine"), /Mine.*Custom::Mine/],
  ["a property it does not run", change("Main", { VpcConfig: {} }), /Main.*VpcConfig/],
  ["a stream", change("Table", { StreamSpecification: {} }), /Table.*StreamSpecification/],
  ["another runtime", change("Main", { Runtime: "python3.13" }), /Main.*Runtime.*python3.13/],
  ["a runtime that is no more", change("Main", { Runtime: "nodejs16.x" }), /Main.*nodejs16.x/],
  ["a container image", change("Main", { Code: { ImageUri: "x" } }), /Main.*Code.*asset/],
  ["a layer", change("Main", { Layers: ["arn"] }), /Main.*Layers/],
  ["an authorizer", change("ConnectRoute", { AuthorizationType: "AWS_IAM" }), /AuthorizationType/],
  [
    "another integration",
    change("EchoIntegration", { IntegrationType: "MOCK" }),
    /IntegrationType/,
  ],
  ["an HTTP API", change("Api", { ProtocolType: "HTTP" }), /Api.*ProtocolType/],
  [
    "a second API",
    add("Two", "AWS::ApiGatewayV2::Api", {
      ProtocolType: "WEBSOCKET",
      RouteSelectionExpression: "$request.body.a",
    }),
    /one WebSocket API/,
  ],
  [
    "a cron schedule",
    add("Rule", "AWS::Events::Rule", { ScheduleExpression: "cron(0 8 * * ? *)", Targets: [] }),
    /Rule.*ScheduleExpression.*rate/,
  ],
  [
    "an intrinsic that it does not know",
    change("Callback", { Description: { "Fn::Base64": "x" } }),
    /Fn::Base64/,
  ],
])("%s is refused by name", async (_, alter, message) => {
  await expect(read(alter)).rejects.toThrow(message);
});

test("the route selection expression may stand in braces", async () => {
  const { api } = await read(change("Api", { RouteSelectionExpression: `\${request.body.a.b}` }));
  expect(api.selection).toEqual(["a", "b"]);
});

test("inline code is taken from the template", async () => {
  const { functions } = await read(change("Main", { Code: { ZipFile: "exports.handler = 1;" } }));
  expect(functions.find(({ id }) => id === "Main")?.code).toEqual({
    inline: "exports.handler = 1;",
  });
});

test("a resource whose condition is false is not there", async () => {
  const { functions } = await read((template) => {
    template.Conditions = { Never: { "Fn::Equals": ["a", "b"] } };
    template.Resources.Extra = { ...lambda("main"), Condition: "Never" };
  });
  expect(functions.map(({ id }) => id)).not.toContain("Extra");
});

test("a function that only a deployment calls is not run", async () => {
  const { functions } = await read(({ Resources }) => {
    Resources.Provider = lambda("main", { Runtime: "python3.13" });
    Resources.Empty = {
      Type: "Custom::S3AutoDeleteObjects",
      Properties: { ServiceToken: { "Fn::GetAtt": ["Provider", "Arn"] } },
    };
  });
  expect(functions.map(({ id }) => id)).not.toContain("Provider");
});

test("EventInvokeConfig sets the retries of its function", async () => {
  const { functions } = await read(
    add("Config", "AWS::Lambda::EventInvokeConfig", {
      FunctionName: { Ref: "Failing" },
      MaximumRetryAttempts: 0,
      Qualifier: "$LATEST",
    }),
  );
  const retries = Object.fromEntries(functions.map((one) => [one.id, one.maximumRetryAttempts]));
  expect(retries).toMatchObject({ Failing: 0, Main: 2 });
});

test("the synthesised app of this repository is one that runs", async () => {
  const stack = readStack(await readAssembly(inject("cdkOut")));
  expect([...stack.api.routes.keys()]).toEqual(expect.arrayContaining(["$connect", "$default"]));
});

test("a table on disk with other keys than the template's is refused", async () => {
  const data = await mkdtemp(join(tmpdir(), "natter-keys-"));
  await (await startFixture({ data })).stop();
  await (await startFixture({ data })).stop();
  const other = startFixture({
    data,
    template: change("Table", {
      AttributeDefinitions: [{ AttributeName: "other", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "other", KeyType: "HASH" }],
    }),
  });
  await expect(other).rejects.toThrow(/The table Table on disk has other keys/);
  await rm(data, { recursive: true });
});
