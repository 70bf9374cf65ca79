import { randomBytes } from "node:crypto";
import { request } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Fixture, startFixture } from "./fixtures/runtime.ts";

let fixture: Fixture;

beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.stop());

const ID = /^[A-Za-z0-9+/]{15}=$/;

function status(path: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(`${fixture.url}${path}`, { headers })
      .once("response", (response) => resolve(response.resume().statusCode))
      .once("upgrade", (response, socket) => {
        socket.destroy();
        resolve(response.statusCode);
      })
      .once("error", reject)
      .end();
  });
}

const HANDSHAKE = {
  Connection: "Upgrade",
  Upgrade: "websocket",
  "Sec-WebSocket-Version": "13",
  "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
};

test("the CONNECT event carries the client's headers, query and address", async () => {
  const { event } = await fixture.connect("?a=1&b=2&a=3", [], {
    "X-Casing-Kept": "yes",
    "User-Agent": "test",
    Origin: "http://here",
  });
  expect(event.headers).toMatchObject({
    "X-Casing-Kept": "yes",
    Origin: "http://here",
    "Sec-WebSocket-Version": "13",
    "X-Forwarded-For": expect.stringMatching(/^(127\.0\.0\.1|::1)$/),
    "X-Forwarded-Port": new URL(fixture.url).port,
    "X-Forwarded-Proto": "http",
    "X-Amzn-Trace-Id": expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
    Host: "Api.execute-api.us-east-1.amazonaws.com",
  });
  expect(event.headers).not.toHaveProperty("Connection");
  expect(event.headers).not.toHaveProperty("Upgrade");
  expect(event.multiValueHeaders).toMatchObject({ "X-Casing-Kept": ["yes"] });
  expect(event.queryStringParameters).toEqual({ a: "3", b: "2" });
  expect(event.multiValueQueryStringParameters).toEqual({ a: ["1", "3"], b: ["2"] });
  expect(event.isBase64Encoded).toBe(false);
  expect(event).not.toHaveProperty("body");
  const { requestContext } = event;
  expect(requestContext).toEqual({
    routeKey: "$connect",
    eventType: "CONNECT",
    connectionId: expect.stringMatching(ID),
    connectedAt: expect.any(Number),
    requestId: expect.stringMatching(ID),
    extendedRequestId: requestContext.requestId,
    requestTime: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
    requestTimeEpoch: expect.any(Number),
    messageDirection: "IN",
    stage: "dev",
    domainName: "Api.execute-api.us-east-1.amazonaws.com",
    apiId: "Api",
    identity: { sourceIp: expect.stringMatching(/^(127\.0\.0\.1|::1)$/), userAgent: "test" },
  });
});

test("a header or a query parameter may have the name of a property that every object has", async () => {
  const { event } = await fixture.connect("?constructor=1&__proto__=2", [], {
    constructor: "a",
    ["__proto__"]: "b",
  });
  expect(event.multiValueHeaders?.constructor).toEqual(["a"]);
  expect(Object.entries(event.headers ?? {})).toContainEqual(["__proto__", "b"]);
  expect(Object.entries(event.queryStringParameters ?? {})).toEqual([
    ["constructor", "1"],
    ["__proto__", "2"],
  ]);
});

test("without a query the CONNECT event has no query maps", async () => {
  const { event } = await fixture.connect();
  expect(event).not.toHaveProperty("queryStringParameters");
  expect(event).not.toHaveProperty("multiValueQueryStringParameters");
});

test("the MESSAGE event is the text with its context and nothing of the handshake", async () => {
  const { client } = await fixture.connect("?a=1");
  const text = '{"action":"echo", "do":"event"}';
  const event = JSON.parse(await client.ask(text));
  expect(Object.keys(event).sort()).toEqual(["body", "isBase64Encoded", "requestContext"]);
  expect(event.body).toBe(text);
  expect(event.requestContext).toMatchObject({ routeKey: "echo", eventType: "MESSAGE" });
  expect(event.requestContext.messageId).toMatch(ID);
  expect(event.requestContext).not.toHaveProperty("disconnectStatusCode");
});

test.each([
  [1000, "bye", 1000, "bye"],
  [1000, "", 1000, "Connection Closed Normally"],
  [1001, "", 1001, "Going away"],
  [undefined, "", 1005, "Client-side close frame status not set"],
  [4001, "mine", 4001, "mine"],
])("closing with %s %s is told to $disconnect as %s %s", async (code, reason, told, why) => {
  const { client, connectionId, disconnected } = await fixture.connect();
  if (code === undefined) client.socket.close();
  else client.socket.close(code, reason);
  const event = await disconnected();
  expect(event.requestContext).toMatchObject({
    connectionId,
    disconnectStatusCode: told,
    disconnectReason: why,
  });
  expect(event.headers).toEqual({
    Host: "Api.execute-api.us-east-1.amazonaws.com",
    "x-api-key": "",
    "X-Forwarded-For": "",
    "x-restapi": "",
  });
  expect(event).not.toHaveProperty("body");
  expect(event.requestContext).not.toHaveProperty("messageId");
});

test("an abrupt end is told to $disconnect as 1006", async () => {
  const { client, disconnected } = await fixture.connect();
  client.socket.terminate();
  expect((await disconnected()).requestContext.disconnectStatusCode).toBe(1006);
});

test.each([
  ['{"action":"echo"}', "echo"],
  ['{"action":"unknown"}', "$default"],
  ['{"other":"echo"}', "$default"],
  ['{"action":{"action":"echo"}}', "$default"],
  ['{"action":["echo"]}', "$default"],
  ['{"action":null}', "$default"],
  ['{"action":""}', "$default"],
  ['{"action":"Echo"}', "$default"],
  ['{"action":"$connect"}', "$default"],
  ['{"action":"$disconnect"}', "$default"],
  ['{"action":"__proto__"}', "$default"],
  ['["action","echo"]', "$default"],
  ["12", "$default"],
  ["null", "$default"],
  ['"echo"', "$default"],
  ["no json", "$default"],
  ["", "$default"],
])("the message %s goes to the route %s", async (text, route) => {
  const { client } = await fixture.connect();
  expect(await client.ask(text)).toBe(`route ${route}`);
});

test("a number selects the route of its text", async () => {
  const other = await startFixture({
    template: ({ Resources }) => {
      if (Resources.EchoRoute) Resources.EchoRoute.Properties.RouteKey = "12";
    },
  });
  const { client } = await other.connect();
  expect(await client.ask('{"action":12}')).toBe("route 12");
  await other.stop();
});

test("a message that no route takes is Forbidden, and the socket stays open", async () => {
  const other = await startFixture({
    template: ({ Resources }) => {
      for (const part of ["Route", "Response", "Integration"]) delete Resources[`Default${part}`];
    },
  });
  const { client, connectionId } = await other.connect();
  const frame = await client.ask("anything");
  expect(frame).toBe(
    `{"message": "Forbidden", "connectionId":"${connectionId}", "requestId":"${JSON.parse(frame).requestId}"}`,
  );
  expect(JSON.parse(frame).requestId).toMatch(ID);
  expect(await client.ask('{"action":"echo"}')).toBe("route echo");
  await other.stop();
});

test.each(["throw", "malformed", "exit", "crash", "hang"])(
  "a handler with the fault %s yields the Internal server error frame",
  async (what) => {
    const { client, connectionId } = await fixture.connect();
    const frame = await client.ask({ action: "echo", do: what });
    expect(frame).toBe(
      `{"message": "Internal server error", "connectionId":"${connectionId}", "requestId":"${JSON.parse(frame).requestId}"}`,
    );
    expect(await client.ask({ action: "echo" })).toBe("route echo");
  },
);

test("a one-way route answers only failures", async () => {
  const { client } = await fixture.connect();
  client.send({ action: "oneWay" });
  expect(await client.ask({ action: "oneWay", do: "throw" })).toMatch(/Internal server error/);
  client.send({ action: "oneWay" });
  expect(await client.ask({ action: "oneWay", do: "refuse" })).toMatch(/Internal server error/);
  expect(await client.ask({ action: "echo" })).toBe("route echo");
});

test("a two-way route sends the body whatever the status, and nothing without a body", async () => {
  const { client } = await fixture.connect();
  expect(await client.ask({ action: "echo", do: "refuse" })).toBe("refused");
  client.send({ action: "echo", do: "nothing" });
  expect(await client.ask({ action: "echo" })).toBe("route echo");
});

test("an integration that takes too long yields Endpoint request timed out", async () => {
  const other = await startFixture({
    template: ({ Resources }) => {
      if (Resources.EchoIntegration) Resources.EchoIntegration.Properties.TimeoutInMillis = 50;
    },
  });
  const { client } = await other.connect();
  expect(await client.ask({ action: "echo", do: "hang" })).toMatch(
    /^\{"message": "Endpoint request timed out", "connectionId":"[^"]+", "requestId":"[^"]+"\}$/,
  );
  await other.stop();
});

test.each([
  ["?status=401", 401],
  ["?status=403", 403],
  ["?status=500", 500],
  ["?throw=1", 502],
  ["?malformed=1", 502],
])("a $connect with %s refuses the handshake with %s", async (query, expected) => {
  expect(await status(`/dev${query}`, HANDSHAKE)).toBe(expected);
});

test("the socket is only at the stage's path, with or without a slash", async () => {
  expect(await status("/dev", HANDSHAKE)).toBe(101);
  expect(await status("/dev/", HANDSHAKE)).toBe(101);
  expect(await status("/dev/?status=401", HANDSHAKE)).toBe(401);
  expect(await status("/dev/deeper", HANDSHAKE)).toBe(403);
  expect(await status("/", HANDSHAKE)).toBe(403);
});

test("a handshake that could not succeed does not reach $connect", async () => {
  const bad = { ...HANDSHAKE, "X-Mark": "bad" };
  expect(await status("/dev", { ...bad, "Sec-WebSocket-Key": "short" })).toBe(400);
  expect(await status("/dev", { ...bad, "Sec-WebSocket-Version": "8" })).toBe(400);
  expect(await status("/dev", { "X-Mark": "bad" })).toBe(426);
  const told = fixture.recorder.recorded.map(({ event }) => event?.headers?.["X-Mark"]);
  expect(told).not.toContain("bad");
});

test("the subprotocol that $connect returns is chosen", async () => {
  const { client } = await fixture.connect("?subprotocol=two", ["one", "two"]);
  expect(client.socket.protocol).toBe("two");
});

test("a connection cannot be posted to before $connect has returned", async () => {
  const { client, posted } = await fixture.connect("?post=1");
  expect(posted).toBe(410);
  expect(await client.ask({ action: "echo", do: "post" })).toBe("hello");
  expect(await client.next()).toBe("posted 200");
});

test("without a site, / answers 404", async () => {
  expect(await status("/", {})).toBe(404);
});
