import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { Client } from "./fixtures/client.ts";
import { type Fixture, startFixture } from "./fixtures/runtime.ts";
import {
  type ChangingFaults,
  cutAt,
  cutPush,
  delayPush,
  doublePush,
  isOf,
  lateDisconnect,
  losePush,
  noDisconnect,
  overtakePush,
} from "./support/faults.ts";

const faults: ChangingFaults = {};
let fixture: Fixture;

beforeAll(async () => {
  fixture = await startFixture({ faults });
});
afterAll(() => fixture.stop());
afterEach(() => {
  for (const hook of ["push", "event"] as const) delete faults[hook];
});

const cut = (connectionId: string) => fixture.cut(connectionId);
const POST = { action: "echo", do: "post" };

describe("a push", () => {
  test("can be lost, and its sender hears nothing of it", async () => {
    const { client } = await fixture.connect();
    faults.push = losePush(2, ({ body }) => body === "hello");
    expect(await client.ask(POST)).toBe("hello");
    expect(await client.next()).toBe("posted 200");
    expect(await client.ask(POST)).toBe("posted 200");
    expect(await client.ask(POST)).toBe("hello");
  });

  test("can be lost if it is a route response", async () => {
    const { client } = await fixture.connect();
    faults.push = losePush(1, ({ body }) => body === "posted 200");
    expect(await client.ask(POST)).toBe("hello");
    expect(await client.ask({ action: "echo" })).toBe("route echo");
  });

  test("can come twice", async () => {
    const { client } = await fixture.connect();
    faults.push = doublePush(1);
    expect(await client.ask(POST)).toBe("hello");
    expect(await client.next()).toBe("hello");
    expect(await client.next()).toBe("posted 200");
  });

  test("can be held back until it is released", async () => {
    const { client, connectionId } = await fixture.connect();
    const delayed = delayPush(1, (push) => push.connectionId === connectionId);
    faults.push = delayed.push;
    client.send(POST);
    await delayed.reached;
    expect(await client.next()).toBe("posted 200");
    delayed.release();
    expect(await client.next()).toBe("hello");
  });

  test("can be held back until its connection is gone", async () => {
    const { client, disconnected } = await fixture.connect();
    const delayed = delayPush(1);
    faults.push = delayed.push;
    expect(await client.ask(POST)).toBe("posted 200");
    client.socket.close();
    await disconnected();
    delayed.release();
  });

  test("can be overtaken by the next", async () => {
    const { client } = await fixture.connect();
    faults.push = overtakePush(1);
    expect(await client.ask(POST)).toBe("posted 200");
    expect(await client.next()).toBe("hello");
  });
});

describe("$disconnect", () => {
  test("can be left out", async () => {
    const { client, connectionId } = await fixture.connect();
    faults.event = noDisconnect;
    client.socket.close();
    await client.closed;
    await expect.poll(() => posts(connectionId)).toBe(410);
    delete faults.event;
    const other = await fixture.connect();
    other.client.socket.close();
    await other.disconnected();
    const told = fixture.recorder.recorded.map(({ event }) => event?.requestContext);
    expect(told.filter((context) => context?.connectionId === connectionId)).toEqual([]);
  });

  test("can come late", async () => {
    const { client, connectionId, disconnected } = await fixture.connect();
    const late = lateDisconnect();
    faults.event = late.event;
    client.socket.close();
    await late.reached;
    expect(await posts(connectionId)).toBe(410);
    late.release();
    expect((await disconnected()).requestContext.disconnectStatusCode).toBe(1005);
  });

  /** The status that another connection's function gets for a post to a connection. */
  async function posts(connectionId: string): Promise<number> {
    const { client } = await fixture.connect();
    return Number((await client.ask({ ...POST, to: connectionId })).replace("posted ", ""));
  }
});

describe("a connection", () => {
  const running = (id: string) => fixture.recorder.next(({ waiting }) => waiting === id);

  test("can be cut at any time", async () => {
    const { client, connectionId, disconnected } = await fixture.connect();
    fixture.cut(connectionId);
    expect((await client.closed).code).toBe(1006);
    expect((await disconnected()).requestContext.disconnectStatusCode).toBe(1006);
    fixture.cut(connectionId);
  });

  test("can be cut before a message's function runs", async () => {
    const { client, disconnected } = await fixture.connect();
    faults.event = cutAt("before", cut);
    client.send({ action: "oneWay", do: "wait", id: "never" });
    expect((await client.closed).code).toBe(1006);
    await disconnected();
    expect(fixture.recorder.recorded.map(({ waiting }) => waiting)).not.toContain("never");
  });

  test("can be cut while a message's function runs", async () => {
    const { client, disconnected } = await fixture.connect();
    faults.event = cutAt("while", cut, 2);
    expect(await client.ask({ action: "echo" })).toBe("route echo");
    client.send({ action: "echo", do: "wait", id: "while" });
    await running("while");
    expect((await client.closed).code).toBe(1006);
    await disconnected();
    await fixture.recorder.release("while");
  });

  test("can be cut after a message's function has run", async () => {
    const { client, disconnected } = await fixture.connect();
    faults.event = cutAt("after", cut, 1, ({ body }) => body?.includes("after") ?? false);
    client.send({ action: "echo", do: "wait", id: "after" });
    await running("after");
    expect(await client.ask({ action: "echo" })).toBe("route echo");
    await fixture.recorder.release("after");
    expect((await client.closed).code).toBe(1006);
    await disconnected();
  });

  test("can be cut between a message's function and its answer", async () => {
    const { client, disconnected } = await fixture.connect();
    faults.push = cutPush(cut, 1, ({ body }) => body === "waited unheard");
    client.send({ action: "echo", do: "wait", id: "unheard" });
    await running("unheard");
    await fixture.recorder.release("unheard");
    expect((await client.closed).code).toBe(1006);
    await disconnected();
    await expect(Promise.race([client.next(), "nothing"])).resolves.toBe("nothing");
  });

  test("can be cut before its $connect runs, and then $disconnect does not run either", async () => {
    faults.event = cutAt("before", cut, 1, isOf("CONNECT"));
    await expect(Client.open(`${fixture.socketUrl}?cut=before`)).rejects.toThrow("hang up");
    const { client, disconnected } = await fixture.connect("?cut=not");
    client.socket.close();
    await disconnected();
    const told = fixture.recorder.recorded.map(({ event }) => event?.queryStringParameters?.cut);
    expect(told).not.toContain("before");
  });

  test.each(["while", "after"] as const)("can be cut %s its $connect runs", async (when) => {
    faults.event = cutAt(when, cut, 1, isOf("CONNECT"));
    await expect(Client.open(`${fixture.socketUrl}?cut=${when}`)).rejects.toThrow("hang up");
    const { event } = await fixture.recorder.next(
      ({ event }) => event?.queryStringParameters?.cut === when,
    );
    const left = await fixture.recorder.next(
      (record) =>
        record.event?.requestContext.eventType === "DISCONNECT" &&
        record.event.requestContext.connectionId === event?.requestContext.connectionId,
    );
    expect(left.event?.requestContext.disconnectStatusCode).toBe(1006);
  });
});

describe("a connection on a faster clock", () => {
  test.each(["idle", "lifetime"] as const)(
    "is closed with 1001 at its limit: %s",
    async (clock) => {
      const fast = await startFixture({ faults: { clocks: { [clock]: 50 } } });
      const { client, disconnected } = await fast.connect();
      expect(await client.closed).toEqual({ code: 1001, reason: "Going away" });
      expect((await disconnected()).requestContext.disconnectStatusCode).toBe(1001);
      await fast.stop();
    },
  );
});
