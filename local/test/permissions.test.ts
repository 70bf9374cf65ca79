import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { fixtureTemplate, lambda, role, writeAssembly } from "./fixtures/app.ts";
import { Client } from "./fixtures/client.ts";
import { dynamodbCall } from "./fixtures/dynamodb-call.ts";
import { type Fixture, startFixture } from "./fixtures/runtime.ts";

let fixture: Fixture;
let client: Client;
let endpoint: string;
const terminal = vi.spyOn(console, "error").mockImplementation(() => {});

const TABLE = "arn:aws:dynamodb:us-east-1:000000000000:table/Table";

beforeAll(async () => {
  fixture = await startFixture({
    template({ Resources }) {
      Resources.Role = role([
        {
          Effect: "Allow",
          Action: ["dynamodb:*Item", "dynamodb:Query"],
          Resource: [{ "Fn::GetAtt": ["Table", "Arn"] }, { "Fn::GetAtt": ["Closed", "Arn"] }],
        },
        {
          Effect: "Deny",
          Action: "dynamodb:PutItem",
          Resource: { "Fn::GetAtt": ["Closed", "Arn"] },
          Condition: { Bool: { "aws:SecureTransport": true } },
        },
        {
          Effect: "Deny",
          Action: "dynamodb:*",
          Resource: "*",
          Condition: { Bool: { "aws:SecureTransport": false } },
        },
        {
          Effect: "Allow",
          Action: "execute-api:ManageConnections",
          Resource: {
            "Fn::Sub": `arn:aws:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${Api}/dev/POST/@connections/*`,
          },
        },
        {
          Effect: "Allow",
          Action: "lambda:InvokeFunction",
          Resource: { "Fn::GetAtt": ["Callback", "Arn"] },
        },
      ]);
      if (Resources.Table) Resources.Closed = Resources.Table;
      Resources.Quiet = {
        ...role([]),
        Properties: { ...role([]).Properties, ManagedPolicyArns: [] },
      };
      Resources.Silent = lambda("callback", { Role: { "Fn::GetAtt": ["Quiet", "Arn"] } });
    },
  });
  endpoint = fixture.endpoint;
  ({ client } = await fixture.connect());
});
afterAll(() => fixture.stop());
afterEach(() => terminal.mockClear());

async function call(service: string, path: string, request: object) {
  const answer = await client.ask({
    action: "echo",
    do: "call",
    call: { service, url: `${endpoint}${path}`, ...request },
  });
  return JSON.parse(answer) as { status: number; error: string | null; body: string };
}

function dynamodb(operation: string, input: object) {
  return call("dynamodb", "/", {
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": `DynamoDB_20120810.${operation}`,
    },
    body: JSON.stringify(input),
  });
}

const denied = (
  action: string,
  resource: string,
  why = `because no identity-based policy allows the ${action} action`,
) =>
  `User: arn:aws:sts::000000000000:assumed-role/Role/Main is not authorized to perform: ${action} on resource: ${resource} ${why}`;

test("a call that the role allows is done", async () => {
  const Item = { id: { S: "a" }, text: { S: "hi" } };
  expect(await dynamodb("PutItem", { TableName: "Table", Item })).toMatchObject({
    status: 200,
    body: "{}",
  });
  const { body } = await dynamodb("GetItem", { TableName: "Table", Key: { id: { S: "a" } } });
  expect(JSON.parse(body)).toEqual({ Item });
});

test("a call that the role does not allow fails with AccessDeniedException, also on the terminal", async () => {
  const { status, body } = await dynamodb("Scan", { TableName: "Table" });
  expect(status).toBe(400);
  const message = denied("dynamodb:Scan", TABLE);
  expect(JSON.parse(body)).toEqual({
    __type: "com.amazon.coral.service#AccessDeniedException",
    message,
  });
  expect(terminal).toHaveBeenCalledWith(`Main: ${message}`);
});

test("an index has an ARN of its own", async () => {
  const { body } = await dynamodb("Query", { TableName: "Table", IndexName: "ByText" });
  expect(JSON.parse(body).message).toBe(denied("dynamodb:Query", `${TABLE}/index/ByText`));
});

test.each<[string, object, string, string]>([
  [
    "BatchGetItem",
    { RequestItems: { Table: { Keys: [] }, Other: { Keys: [] } } },
    "dynamodb:BatchGetItem",
    "Other",
  ],
  ["BatchWriteItem", { RequestItems: { Other: [] } }, "dynamodb:BatchWriteItem", "Other"],
])("%s needs the right to each of its tables", async (operation, input, action, table) => {
  const { body } = await dynamodb(operation, input);
  const arn = TABLE.replace(/Table$/, table);
  expect(JSON.parse(body).message).toBe(denied(action, arn));
});

test("a Deny wins where its condition holds", async () => {
  const Item = { id: { S: "a" } };
  const { body } = await dynamodb("PutItem", { TableName: "Closed", Item });
  const why = "with an explicit deny in an identity-based policy";
  const closed = TABLE.replace(/Table$/, "Closed");
  expect(JSON.parse(body).message).toBe(denied("dynamodb:PutItem", closed, why));
  const got = await dynamodb("GetItem", { TableName: "Closed", Key: Item });
  expect(got).toMatchObject({ status: 200, body: "{}" });
});

test("a transaction, which the engine does not know, is not refused for a missing right", async () => {
  const { status, body } = await dynamodb("TransactWriteItems", { TransactItems: [] });
  expect([status, JSON.parse(body).__type]).toEqual([
    400,
    "com.amazon.coral.service#UnknownOperationException",
  ]);
});

test("the management API is allowed by method, and answers 403 for the rest", async () => {
  const { connectionId } = await fixture.connect();
  const path = `/dev/@connections/${encodeURIComponent(connectionId)}`;
  expect((await call("execute-api", path, { body: "hi" })).status).toBe(200);
  const arn = `arn:aws:execute-api:us-east-1:000000000000:Api/dev/GET/@connections/${connectionId}`;
  expect(await call("execute-api", path, { method: "GET" })).toMatchObject({
    status: 403,
    error: "AccessDeniedException",
    body: JSON.stringify({ message: denied("execute-api:ManageConnections", arn) }),
  });
});

test("a function can invoke the functions that its role allows, and gets 403 for others", async () => {
  const invoke = (name: string) =>
    call("lambda", `/2015-03-31/functions/${name}/invocations`, { body: "{}" });
  expect((await invoke("Callback")).status).toBe(200);
  expect((await invoke("arn:aws:lambda:us-east-1:000000000000:function:Callback")).status).toBe(
    200,
  );
  const { status, error, body } = await invoke("Failing");
  const arn = "arn:aws:lambda:us-east-1:000000000000:function:Failing";
  expect({ status, error }).toEqual({ status: 403, error: "AccessDeniedException" });
  expect(JSON.parse(body).message).toBe(denied("lambda:InvokeFunction", arn));
});

test("a function that a reload renames has its new role", async () => {
  const reloaded = await startFixture();
  const template = fixtureTemplate(reloaded.recorder.url);
  Object.assign(template.Resources.Main?.Properties ?? {}, {
    FunctionName: "Renamed",
    Role: { "Fn::GetAtt": ["Quiet", "Arn"] },
  });
  template.Resources.Quiet = role([]);
  const assembly = await writeAssembly(template);
  try {
    await reloaded.reload(assembly);
    const developer = new LambdaClient({
      region: "us-east-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
      endpoint: reloaded.endpoint,
    });
    const event = {
      requestContext: { eventType: "MESSAGE", connectionId: "x" },
      body: JSON.stringify(dynamodbCall("echo", reloaded.endpoint, "Scan", {})),
    };
    const { Payload = new Uint8Array() } = await developer.send(
      new InvokeCommand({ FunctionName: "Renamed", Payload: JSON.stringify(event) }),
    );
    expect(Buffer.from(Payload).toString()).toContain("not authorized to perform: dynamodb:Scan");
  } finally {
    await reloaded.stop();
    await rm(assembly, { recursive: true });
  }
});

test("without the right to write logs a function's log stays empty", async () => {
  await client.ask({ action: "echo", do: "nothing-of-note" });
  const log = await readFile(join(fixture.data, "logs", "Silent.log"), "utf8");
  expect(log).toBe("");
});

test("a log that cannot be written is reported, and the function serves", async () => {
  const data = await mkdtemp(join(tmpdir(), "cdk-websocket-local-data-"));
  await mkdir(join(data, "logs", "Main.log"), { recursive: true });
  const unlogged = await startFixture({ data });
  try {
    const { client } = await unlogged.connect();
    expect(await client.ask({ action: "echo", do: "event" })).toContain('"routeKey":"echo"');
    expect(terminal).toHaveBeenCalledWith(
      expect.stringMatching(/^Main: its log is not written: EISDIR/),
    );
  } finally {
    await unlogged.stop();
    await rm(data, { recursive: true });
  }
});

test("a route whose permission is missing yields an internal server error", async () => {
  const only = await startFixture({
    template({ Resources }) {
      Object.assign(Resources.Permission?.Properties ?? {}, {
        SourceArn: {
          "Fn::Sub": `arn:aws:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${Api}/*/$connect`,
        },
      });
    },
  });
  try {
    const { client, connectionId } = await only.connect();
    expect(await client.ask({ action: "echo" })).toMatch(
      `{"message": "Internal server error", "connectionId":"${connectionId}", "requestId":"`,
    );
    expect(terminal).toHaveBeenCalledWith(
      expect.stringContaining("/dev/echo; an AWS::Lambda::Permission would"),
    );
  } finally {
    await only.stop();
  }
});

test("a handshake is refused with 500 if the permission for $connect is missing", async () => {
  const none = await startFixture({
    template({ Resources }) {
      delete Resources.Permission;
    },
  });
  try {
    await expect(Client.open(none.socketUrl)).rejects.toThrow("HTTP 500");
  } finally {
    await none.stop();
  }
});

test.each([
  ["allows", { "Fn::GetAtt": ["Main", "Arn"] }, "route echo"],
  ["does not allow", { "Fn::GetAtt": ["Callback", "Arn"] }, "Internal server error"],
])(
  "a route is invoked as the role of its integration, which %s it",
  async (_, Resource, answer) => {
    const credentials = await startFixture({
      template({ Resources }) {
        delete Resources.Permission;
        const invoking = (Resource: unknown) => {
          const made = role([{ Effect: "Allow", Action: "lambda:InvokeFunction", Resource }]);
          const trust = JSON.stringify(made.Properties.AssumeRolePolicyDocument);
          const AssumeRolePolicyDocument = JSON.parse(trust.replace("lambda.", "apigateway."));
          return { ...made, Properties: { ...made.Properties, AssumeRolePolicyDocument } };
        };
        Resources.Connecting = invoking({ "Fn::GetAtt": ["Main", "Arn"] });
        Resources.Echoing = invoking(Resource);
        for (const [route, id] of [
          ["Connect", "Connecting"],
          ["Disconnect", "Connecting"],
          ["Echo", "Echoing"],
        ]) {
          Object.assign(Resources[`${route}Integration`]?.Properties ?? {}, {
            CredentialsArn: { "Fn::GetAtt": [id, "Arn"] },
          });
        }
      },
    });
    try {
      const { client } = await credentials.connect();
      expect(await client.ask({ action: "echo" })).toContain(answer);
      if (answer === "route echo") return;
      expect(terminal).toHaveBeenCalledWith(
        expect.stringMatching(
          /^echo: User: .*assumed-role\/Echoing\/.* lambda:InvokeFunction on res/,
        ),
      );
    } finally {
      await credentials.stop();
    }
  },
);
