import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  GoneException,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import {
  InvalidRequestContentException,
  InvokeCommand,
  LambdaClient,
  ResourceNotFoundException,
} from "@aws-sdk/client-lambda";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { lambda as lambdaResource } from "./fixtures/app.ts";
import { type Fixture, startFixture } from "./fixtures/runtime.ts";

let fixture: Fixture;
let env: Readonly<Record<string, string>>;
let management: ApiGatewayManagementApiClient;
let lambda: LambdaClient;

beforeAll(async () => {
  fixture = await startFixture({
    faults: { clocks: { retries: [10, 10] } },
    template: ({ Resources }) => {
      Resources.CallbackOn24 = lambdaResource("callback");
      const Code = { ZipFile: "exports.handler = () => ({ statusCode: 200 });" };
      Resources.SyncOn22 = lambdaResource("", { Code, Runtime: "nodejs22.x" });
      Resources.Misled = lambdaResource("callback", {
        Environment: { Variables: { NODE_OPTIONS: "--title=x" } },
      });
      Resources.SyncOn24 = lambdaResource("", { Code });
    },
  });
  const { env: variables = {} } = await connect();
  env = variables;
  const settings = {
    region: "us-east-1",
    credentials: {
      accessKeyId: env.AWS_ACCESS_KEY_ID ?? "",
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? "",
      sessionToken: env.AWS_SESSION_TOKEN ?? "",
    },
  };
  management = new ApiGatewayManagementApiClient({ ...settings, endpoint: env.CALLBACK_URL ?? "" });
  lambda = new LambdaClient({ ...settings, endpoint: env.AWS_ENDPOINT_URL ?? "" });
});
afterAll(() => fixture.stop());

const connect = () => fixture.connect("", [], { "User-Agent": "test" });

const decode = (bytes?: Uint8Array) => JSON.parse(Buffer.from(bytes ?? []).toString());

test("the callback address is on the loopback, at another port than the site", () => {
  expect(env.CALLBACK_URL).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/dev$/);
  expect(new URL(env.CALLBACK_URL ?? "").port).not.toBe(new URL(fixture.url).port);
});

test("the public port has no management API and no Lambda API", async () => {
  const { connectionId } = await connect();
  const id = encodeURIComponent(connectionId);
  const post = (path: string) => fetch(`${fixture.url}${path}`, { method: "POST", body: "{}" });
  expect((await post(`/dev/@connections/${id}`)).status).toBe(405);
  expect((await post("/2015-03-31/functions/Main/invocations")).status).toBe(405);
});

test("a post reaches the client as it is", async () => {
  const { client, connectionId } = await connect();
  const text = '{"text":"grüß dich ✓"}';
  const { $metadata } = await management.send(
    new PostToConnectionCommand({ ConnectionId: connectionId, Data: Buffer.from(text) }),
  );
  expect($metadata.httpStatusCode).toBe(200);
  expect(await client.next()).toBe(text);
});

test("GET tells the times and the identity of a connection", async () => {
  const before = Date.now();
  const { connectionId } = await connect();
  const found = await management.send(new GetConnectionCommand({ ConnectionId: connectionId }));
  expect(found.ConnectedAt?.getTime()).toBeGreaterThanOrEqual(before);
  expect(found.LastActiveAt?.getTime()).toBeGreaterThanOrEqual(before);
  expect(found.Identity).toEqual({
    SourceIp: expect.stringMatching(/^(127\.0\.0\.1|::1)$/),
    UserAgent: "test",
  });
});

test("deleting a connection closes it with 1000, runs $disconnect and leaves it gone", async () => {
  const { client, connectionId: ConnectionId, disconnected } = await connect();
  const { $metadata } = await management.send(new DeleteConnectionCommand({ ConnectionId }));
  expect($metadata.httpStatusCode).toBe(204);
  await expect(management.send(new GetConnectionCommand({ ConnectionId }))).rejects.toThrow(
    GoneException,
  );
  expect((await client.closed).code).toBe(1000);
  expect((await disconnected()).requestContext).toMatchObject({
    disconnectStatusCode: 1000,
    disconnectReason: "Connection Closed Normally",
  });
});

test("messages that arrive after the server has closed the connection run no function", async () => {
  const { client, connectionId: ConnectionId, disconnected } = await connect();
  // It does not read the close frame, and so does not answer it.
  client.socket.pause();
  await management.send(new DeleteConnectionCommand({ ConnectionId }));
  await disconnected();
  client.send({ action: "oneWay" });
  client.socket.terminate();
  const other = await connect();
  await other.client.ask({ action: "echo" });
  expect(fixture.counters.snapshot()).not.toHaveProperty("oneWay");
});

test("a connection that has closed, or never was, is gone", async () => {
  const { client, connectionId, disconnected } = await connect();
  client.socket.close();
  await disconnected();
  for (const ConnectionId of [connectionId, "AAAAAAAAAAAAAAA=", "no/such id"]) {
    const post = new PostToConnectionCommand({ ConnectionId, Data: "late" });
    await expect(management.send(post)).rejects.toThrow(GoneException);
  }
});

test("a function has the template's variables and Lambda's own, and nothing of this process", () => {
  expect(env).toMatchObject({
    TABLE: "Table",
    AWS_REGION: "us-east-1",
    AWS_LAMBDA_FUNCTION_NAME: "Main",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "256",
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_ENDPOINT_URL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
  });
  expect(env).not.toHaveProperty("HOME");
  expect(env).not.toHaveProperty("VITEST");
});

test("the handler's context tells its function, request and remaining time", async () => {
  const { client } = await connect();
  const context = JSON.parse(await client.ask({ action: "echo", do: "context" }));
  expect(context).toMatchObject({
    functionName: "Main",
    functionVersion: "$LATEST",
    invokedFunctionArn: "arn:aws:lambda:us-east-1:000000000000:function:Main",
    memoryLimitInMB: "256",
    logGroupName: "/aws/lambda/Main",
    awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
  expect(context.remaining).toBeLessThanOrEqual(2000);
  expect(context.remaining).toBeGreaterThan(0);
});

test("invocations that follow each other share an execution environment", async () => {
  const { client } = await connect();
  const first = JSON.parse(await client.ask({ action: "echo", do: "environment" }));
  const second = JSON.parse(await client.ask({ action: "echo", do: "environment" }));
  expect(second).toEqual({ threadId: first.threadId, count: first.count + 1 });
});

test("a CommonJS handler with a callback is awaited", async () => {
  const answer = await lambda.send(
    new InvokeCommand({ FunctionName: "Callback", Payload: JSON.stringify({ n: 1 }) }),
  );
  expect(answer.StatusCode).toBe(200);
  expect(answer.FunctionError).toBeUndefined();
  expect(decode(answer.Payload)).toEqual({ got: { n: 1 }, name: "Callback" });
});

test("a handler with a callback does not load on Node.js 24", async () => {
  const { FunctionError, Payload } = await lambda.send(
    new InvokeCommand({ FunctionName: "CallbackOn24" }),
  );
  expect(FunctionError).toBe("Unhandled");
  expect(decode(Payload).errorType).toBe("Runtime.CallbackHandlerDeprecated");
});

test("what a handler returns without a promise counts only on Node.js 24", async () => {
  const invoke = async (FunctionName: string) =>
    decode((await lambda.send(new InvokeCommand({ FunctionName }))).Payload);
  expect(await invoke("SyncOn22")).toBeNull();
  expect(await invoke("SyncOn24")).toEqual({ statusCode: 200 });
});

test("the invoker of a function that fails gets the error's type and message", async () => {
  const answer = await lambda.send(
    new InvokeCommand({ FunctionName: "Callback", Payload: '{"fail":true}' }),
  );
  expect(answer.FunctionError).toBe("Unhandled");
  expect(decode(answer.Payload)).toMatchObject({
    errorType: "Error",
    errorMessage: "called back",
  });
});

test("each invocation of a function that fails to initialise fails", async () => {
  for (let time = 0; time < 2; time++) {
    const answer = await lambda.send(new InvokeCommand({ FunctionName: "Init" }));
    expect(answer.FunctionError).toBe("Unhandled");
    expect(decode(answer.Payload)).toMatchObject({ errorMessage: "MISSING is not set" });
  }
});

test("an environment that cannot start is a failure of its function", async () => {
  const invoke = new InvokeCommand({ FunctionName: "Misled" });
  const { FunctionError, Payload } = await lambda.send(invoke);
  expect(FunctionError).toBe("Unhandled");
  expect(decode(Payload).errorMessage).toContain("NODE_OPTIONS");
});

test.each(["RequestResponse", "Event"] as const)(
  "a payload of %s that is not JSON is refused",
  async (InvocationType) => {
    const invoke = new InvokeCommand({ FunctionName: "Main", InvocationType, Payload: "{" });
    await expect(lambda.send(invoke)).rejects.toThrow(InvalidRequestContentException);
  },
);

test("a function that does not exist is not found", async () => {
  await expect(lambda.send(new InvokeCommand({ FunctionName: "Other" }))).rejects.toThrow(
    ResourceNotFoundException,
  );
});

test("an asynchronous invocation that fails is tried twice more", async () => {
  const answer = await lambda.send(
    new InvokeCommand({ FunctionName: "Failing", InvocationType: "Event", Payload: '{"n":1}' }),
  );
  expect(answer.StatusCode).toBe(202);
  for (let attempt = 0; attempt < 3; attempt++) {
    const record = await fixture.recorder.next(({ attempt }) => attempt !== undefined);
    expect(record.attempt).toEqual({ n: 1 });
  }
});

test.each([
  ["its name", "Callback", undefined],
  ["its name and the only version", "Callback", "$LATEST"],
  ["its name with the only version in it", "Callback:$LATEST", undefined],
  [
    "its ARN with the only version",
    "arn:aws:lambda:us-east-1:000000000000:function:Callback:$LATEST",
    undefined,
  ],
])("a function can be invoked by %s", async (_, FunctionName, Qualifier) => {
  const answer = await lambda.send(
    new InvokeCommand({ FunctionName, Payload: "{}", ...(Qualifier && { Qualifier }) }),
  );
  expect(answer.StatusCode).toBe(200);
});

test.each([
  ["Callback", "live"],
  ["Callback:live", undefined],
  ["arn:aws:lambda:us-east-1:000000000000:function:Callback:7", undefined],
])("an alias or a version of a function is not found: %s %s", async (FunctionName, Qualifier) => {
  const invoke = new InvokeCommand({ FunctionName, ...(Qualifier && { Qualifier }) });
  await expect(lambda.send(invoke)).rejects.toThrow(
    /^Function not found: arn:aws:lambda:us-east-1:000000000000:function:Callback:(live|7)$/,
  );
});

test.each([
  ["lambda", "GET", "/2015-03-31/functions/Main/configuration", undefined],
  ["execute-api", "POST", "/prod/@connections/x", undefined],
  ["sqs", "POST", "/", "AmazonSQS.SendMessage"],
])("a call of %s that does not run is refused by name", async (service, method, path, target) => {
  const { client } = await connect();
  const headers = target === undefined ? {} : { "x-amz-target": target };
  const call = { service, url: `${fixture.endpoint}${path}`, method, headers };
  const { status, body } = JSON.parse(await client.ask({ action: "echo", do: "call", call }));
  expect(status).toBe(target === undefined ? 403 : 400);
  expect(JSON.parse(body).message).toBe(
    `${method} ${path} of ${service} does not run on this machine`,
  );
});

test.each(["dynamodb.us-east-1", "lambda.us-east-1", "Api.execute-api.us-east-1"])(
  "a function's connections to %s.amazonaws.com end at the endpoint",
  async (host) => {
    const { client } = await connect();
    const url = `https://${host}.amazonaws.com/`;
    const error = await client.ask({ action: "echo", do: "https", url });
    expect(error).toBe("MissingAuthenticationTokenException");
  },
);

test("an event that waits for longer than it may is dropped without an invocation", async () => {
  const terminal = vi.spyOn(console, "error").mockImplementation(() => {});
  const one = await startFixture({
    template: ({ Resources }) => {
      Object.assign(Resources.Main?.Properties ?? {}, { ReservedConcurrentExecutions: 1 });
      Resources.Config = {
        Type: "AWS::Lambda::EventInvokeConfig",
        Properties: {
          FunctionName: { Ref: "Main" },
          MaximumEventAgeInSeconds: 0.05,
          Qualifier: "$LATEST",
        },
      };
    },
  });
  const { client } = await one.connect();
  client.send({ action: "echo", do: "wait", id: "busy" });
  await one.recorder.next(({ waiting }) => waiting === "busy");
  const developer = new LambdaClient({
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    endpoint: one.endpoint,
  });
  const event = {
    requestContext: { eventType: "MESSAGE", connectionId: "x" },
    body: '{"do":"wait","id":"late"}',
  };
  await developer.send(
    new InvokeCommand({
      FunctionName: "Main",
      InvocationType: "Event",
      Payload: JSON.stringify(event),
    }),
  );
  const sentAt = Date.now();
  await expect.poll(() => Date.now()).toBeGreaterThan(sentAt + 50);
  await one.recorder.release("busy");
  expect(await client.next()).toBe("waited busy");
  await expect
    .poll(() => terminal.mock.calls)
    .toContainEqual(["Main: an event is dropped after 0.05 s"]);
  expect(one.recorder.recorded.map(({ waiting }) => waiting)).not.toContain("late");
  terminal.mockRestore();
  await one.stop();
});
