import { afterAll, beforeAll, expect, test } from "vitest";
import { createThrottles, takeToken, tokenBucket } from "../src/gateway/throttles.ts";
import { Client } from "./fixtures/client.ts";
import { type Fixture, startFixture } from "./fixtures/runtime.ts";

/** So slow that a test ends before the next token. */
const NEVER = 0.000_001;

const settings = (ThrottlingRateLimit: number, ThrottlingBurstLimit: number) => ({
  ThrottlingRateLimit,
  ThrottlingBurstLimit,
});

function startThrottled(stage: Record<string, unknown>): Promise<Fixture> {
  return startFixture({
    template: ({ Resources }) => {
      Object.assign(Resources.Stage?.Properties ?? {}, stage);
    },
  });
}

test("a token bucket admits its burst at once, then its rate, and never holds more", () => {
  let now = 0;
  const bucket = tokenBucket({ rate: 2, burst: 3 }, () => now);
  const admitted = (tries: number) =>
    Array.from({ length: tries }, () => takeToken(bucket)).filter(Boolean).length;
  expect(admitted(10)).toBe(3);
  now = 500;
  expect(admitted(10)).toBe(1);
  now = 750;
  expect(admitted(10)).toBe(0);
  now = 1_000;
  expect(admitted(10)).toBe(1);
  now = 60_000;
  expect(admitted(10)).toBe(3);
});

test("a request that one throttle refuses costs the others nothing", () => {
  const empty = tokenBucket({ rate: 0, burst: 0 });
  const one = tokenBucket({ rate: 0, burst: 1 });
  expect(takeToken(one, empty)).toBe(false);
  expect(takeToken(one)).toBe(true);
  expect(takeToken(one)).toBe(false);
});

const admitted = (tries: number, admits: () => boolean) =>
  Array.from({ length: tries }, admits).filter(Boolean).length;

const API = {
  id: "Api",
  domainName: "api",
  stage: "dev",
  stageVariables: undefined,
  throttle: undefined,
  selection: ["action"],
  routes: new Map(),
};

test("an account opens 500 connections a second", () => {
  const throttles = createThrottles(API);
  expect(admitted(600, () => throttles.admitsHandshake())).toBeLessThan(600);
  expect(admitted(1, () => throttles.admitsMessage("message"))).toBe(1);
});

test("an account's 5,000 at once are shared by messages and calls of the management API", () => {
  const throttles = createThrottles(API);
  expect(admitted(4_000, () => throttles.admitsMessage("message"))).toBe(4_000);
  expect(admitted(2_000, () => throttles.admitsManagement())).toBeLessThan(2_000);
});

test("the stage's throttle does not count calls of the management API", () => {
  const throttles = createThrottles({ ...API, throttle: { rate: 0, burst: 0 } });
  expect(throttles.admitsMessage("message")).toBe(false);
  expect(throttles.admitsManagement()).toBe(true);
});

test("a handshake over the stage's throttle is answered 429 and does not reach $connect", async () => {
  const fixture = await startThrottled({ DefaultRouteSettings: settings(NEVER, 2) });
  const { client } = await fixture.connect();
  await fixture.connect();
  await expect(
    Client.open(fixture.socketUrl, [], { headers: { "X-Mark": "third" } }),
  ).rejects.toThrow("HTTP 429");
  client.socket.close();
  await fixture.recorder.next(({ event }) => event?.requestContext.eventType === "DISCONNECT");
  const marks = fixture.recorder.recorded.map(({ event }) => event?.headers?.["X-Mark"]);
  expect(marks).not.toContain("third");
  await fixture.stop();
});

test("a message over the stage's throttle is answered with a frame, and the socket stays open", async () => {
  const fixture = await startThrottled({ DefaultRouteSettings: settings(NEVER, 2) });
  const { client, connectionId } = await fixture.connect();
  expect(await client.ask({ action: "echo" })).toBe("route echo");
  for (let time = 0; time < 2; time++) {
    const frame = await client.ask({ action: "echo" });
    const { requestId } = JSON.parse(frame);
    expect(frame).toBe(
      `{"message": "Too Many Requests", "connectionId":"${connectionId}", "requestId":"${requestId}"}`,
    );
  }
  expect(client.socket.readyState).toBe(client.socket.OPEN);
  await fixture.stop();
});

test("a route's own throttle stands instead of the stage's", async () => {
  const fixture = await startThrottled({
    DefaultRouteSettings: settings(NEVER, 3),
    RouteSettings: { echo: settings(NEVER, 1), oneWay: settings(NEVER, 0) },
  });
  const { client } = await fixture.connect();
  expect(await client.ask({ action: "oneWay" })).toContain("Too Many Requests");
  expect(await client.ask({ action: "echo" })).toBe("route echo");
  expect(await client.ask({ action: "echo" })).toContain("Too Many Requests");
  expect(await client.ask("a")).toBe("route $default");
  expect(await client.ask("b")).toBe("route $default");
  expect(await client.ask("c")).toContain("Too Many Requests");
  await fixture.stop();
});

test.each([
  ["both limits 0", settings(0, 0)],
  ["a rate without a burst", { ThrottlingRateLimit: 100 }],
])("a stage with %s admits no handshake", async (_, DefaultRouteSettings) => {
  const fixture = await startThrottled({ DefaultRouteSettings });
  await expect(Client.open(fixture.socketUrl)).rejects.toThrow("HTTP 429");
  await fixture.stop();
});

test("a burst without a rate is used up once and for all", async () => {
  const fixture = await startThrottled({ DefaultRouteSettings: { ThrottlingBurstLimit: 1 } });
  await fixture.connect();
  await expect(Client.open(fixture.socketUrl)).rejects.toThrow("HTTP 429");
  await fixture.stop();
});

test("a stage whose settings name no limit has none of its own", async () => {
  const fixture = await startThrottled({ DefaultRouteSettings: { DetailedMetricsEnabled: true } });
  const { client } = await fixture.connect();
  expect(await client.ask({ action: "echo" })).toBe("route echo");
  await fixture.stop();
});

test.each([
  [
    "settings of a route that does not exist",
    { RouteSettings: { nowhere: settings(1, 1) } },
    /nowhere/,
  ],
  [
    "limits in CDK's spelling",
    { RouteSettings: { echo: { throttlingRateLimit: 1 } } },
    /RouteSettings\.echo.*throttlingRateLimit/,
  ],
])("%s are refused by name, because a deployment would ignore them", async (_, stage, message) => {
  await expect(startThrottled(stage)).rejects.toThrow(message);
});

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.stop());

test("a URL of 4,096 bytes passes, and a longer one is answered 414", async () => {
  const { host } = new URL(fixture.url);
  const rest = "x".repeat(4_096 - `wss://${host}/dev?q=`.length);
  const { client } = await fixture.connect(`?q=${rest}`);
  client.socket.close();
  await expect(Client.open(`${fixture.socketUrl}?q=${rest}x`)).rejects.toThrow("HTTP 414");
});

test("headers of more than 10,240 bytes are answered 431", async () => {
  const { client } = await fixture.connect("", [], { "X-Long": "x".repeat(9_000) });
  client.socket.close();
  const headers = { "X-Long": "x".repeat(10_240) };
  await expect(Client.open(fixture.socketUrl, [], { headers })).rejects.toThrow("HTTP 431");
});
