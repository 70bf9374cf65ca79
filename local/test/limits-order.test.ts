import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Client } from "./fixtures/client.ts";
import { handshake } from "./fixtures/handshake.ts";
import { type Fixture, startFixture } from "./fixtures/runtime.ts";

let fixture: Fixture;

beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.stop());

const running = (id: string) => fixture.recorder.next(({ waiting }) => waiting === id);

test("messages of one connection are handled side by side and can finish out of order", async () => {
  const { client } = await fixture.connect();
  const ids = ["first", "second", "third"];
  for (const id of ids) client.send({ action: "echo", do: "wait", id });
  await Promise.all(ids.map(running));
  for (const id of ids.reverse()) {
    await fixture.recorder.release(id);
    expect(await client.next()).toBe(`waited ${id}`);
  }
});

test("$disconnect can run and end beside a message in flight", async () => {
  const { client, disconnected } = await fixture.connect();
  client.send({ action: "echo", do: "wait", id: "in-flight" });
  await running("in-flight");
  client.socket.close();
  expect((await disconnected()).requestContext.disconnectStatusCode).toBe(1005);
  await fixture.recorder.release("in-flight");
});

test("what a client sends with its handshake is handled once $connect has returned", async () => {
  const { hostname, port } = new URL(fixture.url);
  const socket = connect(Number(port), hostname);
  const text = JSON.stringify({ action: "oneWay", do: "wait", id: "early" });
  const frame = Buffer.concat([
    Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]),
    Buffer.from(text),
  ]);
  const request = handshake(hostname, "/dev?wait=connect");
  socket.write(Buffer.concat([Buffer.from(request), frame]));
  await fixture.recorder.next(({ event }) => event?.queryStringParameters?.wait === "connect");
  const { client } = await fixture.connect();
  expect(await client.ask({ action: "echo" })).toBe("route echo");
  expect(fixture.recorder.recorded.map(({ waiting }) => waiting)).not.toContain("early");
  await fixture.recorder.release("connect");
  await running("early");
  await fixture.recorder.release("early");
  socket.destroy();
});

test("$disconnect runs for a client that leaves while $connect runs", async () => {
  const { hostname, port } = new URL(fixture.url);
  const socket = connect(Number(port), hostname);
  socket.write(handshake(hostname, "/dev?wait=leaving"));
  const { event } = await fixture.recorder.next(
    ({ event }) => event?.queryStringParameters?.wait === "leaving",
  );
  socket.destroy();
  await once(socket, "close");
  await fixture.recorder.release("leaving");
  const left = await fixture.recorder.next(
    (record) =>
      record.event?.requestContext.eventType === "DISCONNECT" &&
      record.event.requestContext.connectionId === event?.requestContext.connectionId,
  );
  expect(left.event?.requestContext.disconnectStatusCode).toBe(1006);
});

test("$disconnect does not run for a client that $connect refuses", async () => {
  await expect(Client.open(`${fixture.socketUrl}?status=401&refused=1`)).rejects.toThrow("401");
  const { event } = await fixture.recorder.next(
    ({ event }) => event?.queryStringParameters?.refused === "1",
  );
  const { client, disconnected } = await fixture.connect();
  client.socket.close();
  await disconnected();
  const told = fixture.recorder.recorded.map(({ event }) => event?.requestContext.connectionId);
  expect(told).not.toContain(event?.requestContext.connectionId);
});
