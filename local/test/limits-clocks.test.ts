import { once } from "node:events";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { Client } from "./fixtures/client.ts";
import { type Fixture, startFixture } from "./fixtures/runtime.ts";

const MINUTE = 60_000;

let fixture: Fixture;
let handled: (() => void) | undefined;

beforeAll(async () => {
  fixture = await startFixture({
    faults: {
      async event({ requestContext }, go) {
        await go();
        if (requestContext.eventType !== "DISCONNECT") handled?.();
      },
    },
  });
});
afterAll(() => fixture.stop());

// Only timers are faked: sockets and threads go on.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const GOING_AWAY = { disconnectStatusCode: 1001, disconnectReason: "Going away" };

test("10 minutes without a message close with 1001 Going away, and $disconnect is told", async () => {
  const { client, disconnected } = await fixture.connect();
  vi.advanceTimersByTime(10 * MINUTE);
  expect(await client.closed).toEqual({ code: 1001, reason: "Going away" });
  expect((await disconnected()).requestContext).toMatchObject(GOING_AWAY);
});

/** Whether a ping, which is not a message, is answered. */
async function isOpen({ socket, closed }: Client): Promise<boolean> {
  if (socket.readyState !== socket.OPEN) return false;
  socket.ping();
  return Promise.race([once(socket, "pong").then(() => true), closed.then(() => false)]);
}

test("a message from the client restarts the 10 minutes", async () => {
  const { client, disconnected } = await fixture.connect();
  for (let time = 0; time < 3; time++) {
    vi.advanceTimersByTime(10 * MINUTE - 1);
    expect(await isOpen(client)).toBe(true);
    const done = new Promise<void>((resolve) => {
      handled = resolve;
    });
    client.send({ action: "oneWay" });
    await done;
  }
  vi.advanceTimersByTime(10 * MINUTE);
  expect((await disconnected()).requestContext).toMatchObject(GOING_AWAY);
});

test("a message to the client restarts the 10 minutes", async () => {
  const { client, disconnected } = await fixture.connect();
  client.send({ action: "echo", do: "wait", id: "held" });
  await fixture.recorder.next(({ waiting }) => waiting === "held");
  vi.advanceTimersByTime(1_000);
  await fixture.recorder.release("held");
  expect(await client.next()).toBe("waited held");
  vi.advanceTimersByTime(10 * MINUTE - 1);
  expect(await isOpen(client)).toBe(true);
  vi.advanceTimersByTime(1);
  expect((await disconnected()).requestContext).toMatchObject(GOING_AWAY);
});

test("the client's pings are answered and do not keep a connection open", async () => {
  const { client, disconnected } = await fixture.connect();
  vi.advanceTimersByTime(9 * MINUTE);
  client.socket.ping("still here");
  const [data] = await once(client.socket, "pong");
  expect(String(data)).toBe("still here");
  vi.advanceTimersByTime(1 * MINUTE);
  expect((await disconnected()).requestContext).toMatchObject(GOING_AWAY);
});

test("a connection is closed with 1001 after 2 hours, however many messages it has", async () => {
  const { client, disconnected } = await fixture.connect();
  const pings: unknown[] = [];
  client.socket.on("ping", (data) => pings.push(data));
  for (let minutes = 0; minutes < 117; minutes += 9) {
    vi.advanceTimersByTime(9 * MINUTE);
    expect(await client.ask({ action: "echo" })).toBe("route echo");
  }
  vi.advanceTimersByTime(3 * MINUTE - 1);
  expect(await isOpen(client)).toBe(true);
  vi.advanceTimersByTime(1);
  expect(await client.closed).toEqual({ code: 1001, reason: "Going away" });
  expect((await disconnected()).requestContext).toMatchObject(GOING_AWAY);
  expect(pings).toEqual([]);
});
