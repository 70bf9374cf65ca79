import { rm } from "node:fs/promises";
import { expect, test } from "vitest";
import { readAssembly } from "../src/template/assembly.ts";
import { readStack } from "../src/template/read-stack.ts";
import { type FixtureTemplate, fixtureTemplate, lambda, writeAssembly } from "./fixtures/app.ts";

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

type Properties = Record<string, unknown>;

const add = (id: string, Type: string, Properties: Properties = {}) =>
  (({ Resources }) => {
    Resources[id] = { Type, Properties };
  }) satisfies (template: FixtureTemplate) => void;

const change = (id: string, properties: Properties) =>
  (({ Resources }) => {
    Object.assign(Resources[id]?.Properties ?? {}, properties);
  }) satisfies (template: FixtureTemplate) => void;

test.each([
  [
    "an unknown resource type",
    add("Pool", "AWS::Cognito::UserPool"),
    /Pool +AWS::Cog.+there is no/,
  ],
  [
    "an unknown custom resource",
    add("Mine", "Custom::Mine"),
    /Mine +Custom::Mine +custom resources/,
  ],
  ["a property that does not run", change("Main", { VpcConfig: {} }), /Main.+VpcConfig.+no VPC/],
  [
    "a stream",
    change("Table", { StreamSpecification: {} }),
    /Table.+StreamSpecification.+no streams/,
  ],
  [
    "another language",
    change("Main", { Runtime: "python3.13" }),
    /Main.+Runtime is python3.13; only/,
  ],
  [
    "an old runtime",
    change("Main", { Runtime: "nodejs16.x" }),
    /Main.+nodejs16\.x; only Node\.js 18/,
  ],
  [
    "a container image",
    change("Main", { Code: { ImageUri: "x" } }),
    /Main.+Code is neither an asset/,
  ],
  [
    "a layer",
    change("Main", { Layers: ["arn"] }),
    /Main.+Layers is not supported: only what is in/,
  ],
  [
    "a function that is switched off",
    change("Main", { ReservedConcurrentExecutions: 0 }),
    /Main.+ReservedConcurrentExecutions is 0, which stops the function/,
  ],
  [
    "an IAM authorizer",
    change("ConnectRoute", { AuthorizationType: "AWS_IAM" }),
    /ConnectRoute.+AuthorizationType is "AWS_IAM": authorizers do not run here/,
  ],
  [
    "another integration",
    change("EchoIntegration", { IntegrationType: "MOCK" }),
    /EchoIntegration.+IntegrationType is "MOCK"; only "AWS_PROXY" runs/,
  ],
  [
    "binary content",
    change("EchoIntegration", { ContentHandlingStrategy: "CONVERT_TO_BINARY" }),
    /EchoIntegration.+"CONVERT_TO_BINARY"; only "CONVERT_TO_TEXT" runs/,
  ],
  [
    "a role of the caller's",
    change("EchoIntegration", { CredentialsArn: "arn:aws:iam::*:user/*" }),
    /EchoIntegration.+the role arn:aws:iam::\*:user\/\*, which is none of the stack's/,
  ],
  [
    "an HTTP API",
    change("Api", { ProtocolType: "HTTP" }),
    /Api.+ProtocolType is "HTTP"; only "WEBS/,
  ],
  [
    "a second API",
    add("Two", "AWS::ApiGatewayV2::Api", {
      ProtocolType: "WEBSOCKET",
      RouteSelectionExpression: "$request.body.a",
    }),
    /Two.+only one WebSocket API runs/,
  ],
  [
    "a cron schedule",
    add("Rule", "AWS::Events::Rule", { ScheduleExpression: "cron(0 8 * * ? *)", Targets: [] }),
    /Rule.+ScheduleExpression is cron.+; only rate\(…\) runs/,
  ],
  [
    "a schedule whose period is longer than a timer's",
    add("Rule", "AWS::Events::Rule", { ScheduleExpression: "rate(25 days)", Targets: [] }),
    /Rule.+its period is longer than 24 days/,
  ],
  [
    "a bucket whose versions are suspended",
    add("Old", "AWS::S3::Bucket", { VersioningConfiguration: { Status: "Suspended" } }),
    /Old.+VersioningConfiguration.Status is "Suspended"; only "Enabled" runs/,
  ],
  [
    "a schedule of something else",
    add("Rule", "AWS::Events::Rule", {
      ScheduleExpression: "rate(1 hour)",
      Targets: [{ Arn: "arn:aws:sqs:us-east-1:000000000000:jobs", Id: "0" }],
    }),
    /Rule.+its target arn:aws:sqs.+ is no function of the stack/,
  ],
  [
    "another one of CloudFront's own policies of headers",
    add("Cdn", "AWS::CloudFront::Distribution", {
      DistributionConfig: {
        Origins: [],
        DefaultCacheBehavior: {
          TargetOriginId: "site",
          ResponseHeadersPolicyId: "60669652-455b-4ae9-85a4-c4c02393f86c",
        },
      },
    }),
    /Cdn.+ResponseHeadersPolicyId is not SecurityHeadersPolicy/,
  ],
  ...[
    "async function handler(event) { return event.request; }",
    'import cf from "cloudfront"; function handler() {}',
    "function handler({ request }) { return request.cookies.a ? request : {}; }",
  ].map((FunctionCode): [string, ReturnType<typeof add>, RegExp] => [
    `the CloudFront function ${FunctionCode}`,
    add("Edge", "AWS::CloudFront::Function", {
      FunctionCode,
      FunctionConfig: { Runtime: "cloudfront-js-2.0" },
    }),
    /Edge.+FunctionCode imports a module, is async or uses cookies/,
  ]),
  [
    "a behavior with headers of its own",
    add("Cdn", "AWS::CloudFront::Distribution", {
      DistributionConfig: {
        Origins: [],
        DefaultCacheBehavior: { TargetOriginId: "site" },
        CacheBehaviors: [
          { PathPattern: "/a", TargetOriginId: "site", ResponseHeadersPolicyId: "Own" },
        ],
      },
    }),
    /Cdn.+\/a has headers of its own/,
  ],
  [
    "a distribution of another origin",
    add("Cdn", "AWS::CloudFront::Distribution", {
      DistributionConfig: {
        Origins: [{ Id: "x", DomainName: "api.example.com", CustomOriginConfig: {} }],
        DefaultCacheBehavior: { TargetOriginId: "site" },
      },
    }),
    /Cdn.+api\.example\.com does not run here/,
  ],
  [
    "a topic that invokes a function",
    add("Told", "AWS::SNS::Subscription", { Protocol: "lambda", TopicArn: "arn" }),
    /Told.+Protocol is lambda: topics deliver nothing/,
  ],
  [
    "a function that gets what another returns",
    add("Config", "AWS::Lambda::EventInvokeConfig", {
      FunctionName: { Ref: "Failing" },
      Qualifier: "$LATEST",
      DestinationConfig: { OnSuccess: { Destination: "arn:aws:sqs:us-east-1:1:q" } },
    }),
    /Config.+DestinationConfig\.OnSuccess is not supported/,
  ],
  [
    "a site's file with values of the deployment",
    add("Site", "Custom::CDKBucketDeployment", {
      SourceObjectKeys: ["site.zip"],
      SourceMarkers: [{}, { "<<marker:0xbaba:0>>": { Ref: "Table" } }],
    }),
    /Site +Custom::CDKBucketDeployment +its files hold values that only a deployment knows/,
  ],
  [
    "an unknown intrinsic function",
    change("Callback", { Description: { "Fn::Base64": "x" } }),
    /Callback +AWS::Lambda::Function +uses Fn::Base64/,
  ],
])("the refusal of %s names its construct, its type and the reason", async (_, alter, message) => {
  await expect(read(alter)).rejects.toThrow(message);
});

test("everything that is refused is reported at once, by construct and without its consequences", async () => {
  const reading = read((template) => {
    change("Main", { Layers: ["arn"], VpcConfig: {} })(template);
    add("Live", "AWS::Lambda::Alias", { FunctionName: { Ref: "Main" } })(template);
    add("Users", "AWS::ApiGatewayV2::Authorizer")(template);
    change("ConnectRoute", { AuthorizerId: { Ref: "Users" } })(template);
    change("EchoIntegration", {
      IntegrationUri: {
        "Fn::Sub": `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/\${Live}/invocations`,
      },
    })(template);
    const { Users } = template.Resources;
    if (Users) Users.Metadata = { "aws:cdk:path": "Fixture/Api/Users/Resource" };
  });
  await expect(reading).rejects.toThrow(
    `The stack Fixture has parts that do not run on one machine:

  construct           type                            why
  Live                AWS::Lambda::Alias              one version of each function runs
  Fixture/Api/Users   AWS::ApiGatewayV2::Authorizer   authorizers do not run here
  Main                AWS::Lambda::Function           Layers is not supported: only what is in the function's own code is there
  Main                AWS::Lambda::Function           VpcConfig is not supported: there is no VPC
  ConnectRoute        AWS::ApiGatewayV2::Route        AuthorizerId is not supported: authorizers do not run here
`,
  );
});

test("a stack without a WebSocket API is refused", async () => {
  const reading = read(({ Resources }) => {
    for (const id of Object.keys(Resources)) delete Resources[id];
  });
  await expect(reading).rejects.toThrow("The stack Fixture has no WebSocket API with a stage.");
});

test("alarms, dashboards, queries, topics, queues and budgets are taken, with no effect", async () => {
  const { functions } = await read((template) => {
    add("Topic", "AWS::SNS::Topic")(template);
    add("Mail", "AWS::SNS::Subscription", { Protocol: "email", TopicArn: { Ref: "Topic" } })(
      template,
    );
    add("Lost", "AWS::SQS::Queue")(template);
    add("Alarm", "AWS::CloudWatch::Alarm", { AlarmActions: [{ Ref: "Topic" }] })(template);
    add("All", "AWS::CloudWatch::CompositeAlarm", {
      AlarmRule: { "Fn::Sub": `ALARM("\${Alarm.Arn}")` },
    })(template);
    add("Dashboard", "AWS::CloudWatch::Dashboard")(template);
    add("Filter", "AWS::Logs::MetricFilter")(template);
    add("Query", "AWS::Logs::QueryDefinition")(template);
    add("Budget", "AWS::Budgets::Budget")(template);
    change("Main", { DeadLetterConfig: { TargetArn: { "Fn::GetAtt": ["Lost", "Arn"] } } })(
      template,
    );
    add("Config", "AWS::Lambda::EventInvokeConfig", {
      FunctionName: { Ref: "Failing" },
      Qualifier: "$LATEST",
      DestinationConfig: { OnFailure: { Destination: { "Fn::GetAtt": ["Lost", "Arn"] } } },
    })(template);
  });
  expect(functions.map(({ id }) => id)).toContain("Failing");
});

test("the route selection expression may be in braces", async () => {
  const { api } = await read(change("Api", { RouteSelectionExpression: `\${request.body.a.b}` }));
  expect(api.selection).toEqual(["a", "b"]);
});

test("inline code is taken from the template", async () => {
  const { functions } = await read(change("Main", { Code: { ZipFile: "exports.handler = 1;" } }));
  expect(functions.find(({ id }) => id === "Main")?.code).toEqual({
    inline: "exports.handler = 1;",
  });
});

test("a resource whose condition does not hold is left out", async () => {
  const { functions } = await read((template) => {
    template.Conditions = { Never: { "Fn::Equals": ["a", "b"] } };
    template.Resources.Extra = { ...lambda("main"), Condition: "Never" };
  });
  expect(functions.map(({ id }) => id)).not.toContain("Extra");
});

test("a function that only a deployment calls is left out", async () => {
  const { functions } = await read(({ Resources }) => {
    Resources.Provider = lambda("main", { Runtime: "python3.13" });
    Resources.Empty = {
      Type: "Custom::S3AutoDeleteObjects",
      Properties: { ServiceToken: { "Fn::GetAtt": ["Provider", "Arn"] } },
    };
  });
  expect(functions.map(({ id }) => id)).not.toContain("Provider");
});

test("EventInvokeConfig sets the retries and the age of its function's events", async () => {
  const { functions } = await read(
    add("Config", "AWS::Lambda::EventInvokeConfig", {
      FunctionName: { Ref: "Failing" },
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 60,
      Qualifier: "$LATEST",
    }),
  );
  const of = (id: string) => functions.find((one) => one.id === id);
  expect(of("Failing")).toMatchObject({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 });
  expect(of("Main")).toMatchObject({ MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 21_600 });
});

test("an enabled rule has a period and targets, and a disabled one is left out", async () => {
  const target = { Arn: { "Fn::GetAtt": ["Main", "Arn"] }, Id: "0", Input: '{"mine":1}' };
  const rule = { ScheduleExpression: "rate(4 minutes)", Targets: [target] };
  const { schedules } = await read((template) => {
    add("Rule", "AWS::Events::Rule", rule)(template);
    add("Off", "AWS::Events::Rule", { ...rule, State: "DISABLED" })(template);
  });
  expect(schedules).toEqual([
    { name: "Rule", period: 240_000, targets: [{ function: "Main", input: '{"mine":1}' }] },
  ]);
});

test.each([
  ["the account and Region that the stack is bound to", "aws://111122223333/eu-central-1"],
  ["those that the ARNs of an unbound stack name", "aws://unknown-account/unknown-region"],
])("the local account and Region replace %s", async (_, environment) => {
  const file = fixtureTemplate("http://recorder");
  change("Permission", {
    SourceArn: "arn:aws:execute-api:eu-central-1:111122223333:Api/*",
  })(file);
  const folder = await writeAssembly(file, environment);
  const { functions } = readStack(await readAssembly(folder));
  await rm(folder, { recursive: true });
  const [permission] = functions.find(({ id }) => id === "Main")?.permissions ?? [];
  const source = "arn:aws:execute-api:us-east-1:000000000000:Api/dev/$connect";
  expect(permission?.("apigateway.amazonaws.com", source)).toBe(true);
});
