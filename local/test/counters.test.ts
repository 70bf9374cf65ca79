import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { Counters, printStatistics } from "../src/aws/counters.ts";
import { dynamodbCall } from "./fixtures/dynamodb-call.ts";
import { type Fixture, startFixture } from "./fixtures/runtime.ts";

let fixture: Fixture;

beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.stop());
beforeEach(() => fixture.counters.reset());

const dynamodb = (action: string, operation: string, input: object) =>
  dynamodbCall(action, fixture.endpoint, operation, input);

const Item = { id: { S: "a" }, text: { S: "x".repeat(1_500) } };
const Key = { id: { S: "a" } };

test("calls and capacity units are counted for the route whose function makes them", async () => {
  const { client } = await fixture.connect();
  await client.ask(dynamodb("echo", "PutItem", { Item }));
  await client.ask(dynamodb("echo", "GetItem", { Key, ConsistentRead: true }));
  await client.ask(dynamodb("echo", "GetItem", { Key }));
  const { echo, $connect } = fixture.counters.snapshot();
  expect($connect).toMatchObject({ invocations: 1, reads: 0 });
  expect(echo).toMatchObject({
    invocations: 3,
    reads: 2,
    writes: 1,
    readUnits: 1.5,
    writeUnits: 2,
  });
});

test("messages on $default are counted by the value of the route selection expression", async () => {
  const { client } = await fixture.connect();
  await client.ask({ action: "heads" });
  await client.ask({ action: "heads" });
  await client.ask("no JSON");
  await client.ask({ action: "<script>" });
  const { $default, "$default heads": heads } = fixture.counters.snapshot();
  expect($default?.invocations).toBe(2);
  expect(heads?.invocations).toBe(2);
});

test("posts and cold starts are counted too", async () => {
  const { client } = await fixture.connect();
  await client.ask({ action: "echo", do: "post" });
  await client.next();
  expect(fixture.counters.snapshot().echo?.posts).toBe(1);
  await client.ask({ action: "echo", do: "exit" });
  await client.ask({ action: "echo" });
  expect(fixture.counters.snapshot().echo?.coldStarts).toBe(1);
});

test("clients cannot make the counters grow without end", () => {
  const counters = new Counters();
  for (let n = 0; n < 1_000; n++) counters.add(`event-${n}`, { invocations: 1 });
  const rows = counters.snapshot();
  expect(Object.keys(rows).length).toBe(201);
  expect(rows.others?.invocations).toBe(800);
});

test("the table has a row for each origin and one for all, and is printed if it has changed", () => {
  vi.useFakeTimers();
  const counters = new Counters();
  const print = vi.fn();
  const end = printStatistics(counters, print);
  counters.add("message", { invocations: 2, readUnits: 1.5 });
  counters.add("$connect", { invocations: 1, coldStarts: 1 });
  vi.advanceTimersByTime(60_000);
  end();
  vi.useRealTimers();
  expect(print).toHaveBeenCalledTimes(1);
  const [[rows]] = print.mock.calls as [[object]];
  expect(Object.keys(rows)).toEqual(["$connect", "message", "all"]);
  expect(rows).toMatchObject({
    $connect: { invocations: 1, coldStarts: 1, readUnits: 0 },
    message: { invocations: 2, coldStarts: 0, readUnits: 1.5 },
    all: { invocations: 3, coldStarts: 1, readUnits: 1.5 },
  });
});
