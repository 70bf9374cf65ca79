import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  ForbiddenException,
  GetConnectionCommand,
  GoneException,
  LimitExceededException,
  PayloadTooLargeException,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { type Fixture, startFixture } from "./fixtures/runtime.ts";

const KB = 1024;
const MB = KB * KB;

let fixture: Fixture;
let management: ApiGatewayManagementApiClient;
let elsewhere: ApiGatewayManagementApiClient;
let lambda: LambdaClient;

beforeAll(async () => {
  fixture = await startFixture({ faults: { clocks: { retries: [] } } });
  const { env = {} } = await fixture.connect();
  const settings = {
    region: "us-east-1",
    maxAttempts: 1,
    credentials: {
      accessKeyId: env.AWS_ACCESS_KEY_ID ?? "",
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? "",
      sessionToken: env.AWS_SESSION_TOKEN ?? "",
    },
  };
  management = new ApiGatewayManagementApiClient({ ...settings, endpoint: env.CALLBACK_URL ?? "" });
  elsewhere = new ApiGatewayManagementApiClient({
    ...settings,
    endpoint: (env.CALLBACK_URL ?? "").replace(/dev$/, "prod"),
  });
  lambda = new LambdaClient({ ...settings, endpoint: env.AWS_ENDPOINT_URL ?? "" });
});
afterAll(() => fixture.stop());
afterEach(() => {
  vi.useRealTimers();
});

const post = (ConnectionId: string, Data: string) =>
  management.send(new PostToConnectionCommand({ ConnectionId, Data }));

test("a post of 128 KB reaches the client, and a larger one is PayloadTooLarge", async () => {
  const { client, connectionId } = await fixture.connect();
  await post(connectionId, "x".repeat(128 * KB));
  expect(await client.next()).toHaveLength(128 * KB);
  await expect(post(connectionId, "x".repeat(128 * KB + 1))).rejects.toThrow(
    PayloadTooLargeException,
  );
});

test("posts to a client that does not read are LimitExceeded once its buffer is full", async () => {
  const { client, connectionId } = await fixture.connect();
  client.socket.pause();
  const text = "x".repeat(128 * KB);
  let sent = 0;
  // First the buffers of the network fill, which hold some megabytes.
  const fill = async () => {
    for (; sent < 1_000; sent++) await post(connectionId, text);
  };
  await expect(fill()).rejects.toThrow(LimitExceededException);
  client.socket.resume();
  for (let received = 0; received < sent; received++) expect(await client.next()).toBe(text);
  await post(connectionId, "again");
  expect(await client.next()).toBe("again");
});

test.each(["AAAAAAAAAAAAAAA=", "no/such id", "x", "%"])(
  "the id %s is answered as gone",
  async (id) => {
    await expect(post(id, "x")).rejects.toThrow(GoneException);
  },
);

test("another stage than the API's is Forbidden", async () => {
  const { connectionId: ConnectionId } = await fixture.connect();
  for (const command of [
    new PostToConnectionCommand({ ConnectionId, Data: "x" }),
    new GetConnectionCommand({ ConnectionId }),
    new DeleteConnectionCommand({ ConnectionId }),
  ]) {
    await expect(elsewhere.send(command as PostToConnectionCommand)).rejects.toThrow(
      ForbiddenException,
    );
  }
});

test("a deletion tells client and $disconnect 1000 Connection Closed Normally", async () => {
  const { client, connectionId, disconnected } = await fixture.connect();
  await management.send(new DeleteConnectionCommand({ ConnectionId: connectionId }));
  expect(await client.closed).toEqual({ code: 1000, reason: "Connection Closed Normally" });
  expect((await disconnected()).requestContext).toMatchObject({
    disconnectStatusCode: 1000,
    disconnectReason: "Connection Closed Normally",
  });
});

test("a connection's lastActiveAt moves with messages in either direction", async () => {
  const { client, connectionId } = await fixture.connect();
  const lastActive = async () => {
    const { LastActiveAt } = await management.send(
      new GetConnectionCommand({ ConnectionId: connectionId }),
    );
    return LastActiveAt?.getTime() ?? 0;
  };
  let last = await lastActive();
  for (const act of [
    () => client.ask({ action: "echo" }),
    async () => {
      await post(connectionId, "x");
      await client.next();
    },
  ]) {
    await expect.poll(() => Date.now()).toBeGreaterThan(last);
    await act();
    const now = await lastActive();
    expect(now).toBeGreaterThan(last);
    last = now;
  }
});

test("a route response of 128 KB reaches the client, and a larger one is an Internal server error", async () => {
  const { client } = await fixture.connect();
  expect(await client.ask({ action: "echo", do: "big", size: 128 * KB })).toHaveLength(128 * KB);
  expect(await client.ask({ action: "echo", do: "big", size: 128 * KB + 1 })).toContain(
    "Internal server error",
  );
  expect(await client.ask({ action: "echo" })).toBe("route echo");
});

test("a function's response of more than 6 MB is an error", async () => {
  const invoke = (size: number) =>
    lambda.send(new InvokeCommand({ FunctionName: "Callback", Payload: JSON.stringify({ size }) }));
  const quotes = 2;
  const fits = await invoke(6 * MB - quotes);
  expect(fits.FunctionError).toBeUndefined();
  expect(fits.Payload).toHaveLength(6 * MB);
  const error = vi.spyOn(console, "error").mockImplementation(() => {});
  const tooLarge = await invoke(6 * MB + 101 - quotes);
  error.mockRestore();
  expect(tooLarge.FunctionError).toBe("Unhandled");
  expect(JSON.parse(Buffer.from(tooLarge.Payload ?? []).toString())).toEqual({
    errorType: "Function.ResponseSizeTooLarge",
    errorMessage: "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
  });
});

test.each([
  ["RequestResponse", 6 * MB],
  ["Event", 256 * KB],
] as const)("a payload of an invocation %s has at most %i bytes", async (InvocationType, limit) => {
  const invoke = (size: number) =>
    lambda.send(
      new InvokeCommand({
        FunctionName: "Callback",
        InvocationType,
        // `size` makes the answer small.
        Payload: JSON.stringify({ size: 1, fill: "" }).replace(/""/, (quotes) =>
          quotes.replace('""', `"${"x".repeat(size - 20)}"`),
        ),
      }),
    );
  const { StatusCode } = await invoke(limit);
  expect(StatusCode).toBe(InvocationType === "Event" ? 202 : 200);
  await expect(invoke(limit + 1)).rejects.toThrow(
    `${limit + 1} byte payload is too large for the ${InvocationType} invocation type (limit ${limit} bytes)`,
  );
  await expect(invoke(limit + 1)).rejects.toMatchObject({ $metadata: { httpStatusCode: 413 } });
});

test("an integration without a timeout has 29 seconds, whatever its function's timeout is", async () => {
  const other = await startFixture({
    template: ({ Resources }) => {
      if (Resources.Main) Resources.Main.Properties.Timeout = 60;
    },
  });
  const { client } = await other.connect();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  client.send({ action: "echo", do: "wait", id: "long" });
  await other.recorder.next(({ waiting }) => waiting === "long");
  vi.advanceTimersByTime(28_999);
  expect(await client.ask({ action: "echo" })).toBe("route echo");
  vi.advanceTimersByTime(1);
  expect(await client.next()).toContain("Endpoint request timed out");
  // The function goes on, and its answer is dropped.
  await other.recorder.release("long");
  expect(await client.ask({ action: "echo" })).toBe("route echo");
  vi.useRealTimers();
  await other.stop();
});

test.each([49, 29_001])("an integration with %i milliseconds is refused", async (ms) => {
  await expect(
    startFixture({
      template: ({ Resources }) => {
        if (Resources.EchoIntegration) Resources.EchoIntegration.Properties.TimeoutInMillis = ms;
      },
    }),
  ).rejects.toThrow(/EchoIntegration .*TimeoutInMillis/);
});
