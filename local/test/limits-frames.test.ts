import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import type { WebSocket } from "ws";
import { handshake } from "./fixtures/handshake.ts";
import { type Fixture, startFixture } from "./fixtures/runtime.ts";

const KB = 1024;

let fixture: Fixture;

beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.stop());
afterEach(() => vi.restoreAllMocks());

/** Sends one message in frames of these sizes. */
function sendFrames(socket: WebSocket, sizes: readonly number[]): void {
  sizes.forEach((size, index) => {
    socket.send("x".repeat(size), { fin: index === sizes.length - 1 });
  });
}

test("a frame of 32 KB passes", async () => {
  const { client } = await fixture.connect();
  expect(await client.ask("x".repeat(32 * KB))).toBe("route $default");
});

test("a message of 128 KB in four frames of 32 KB passes, and so does the next", async () => {
  const { client } = await fixture.connect();
  for (let time = 0; time < 2; time++) {
    sendFrames(client.socket, Array(4).fill(32 * KB));
    expect(await client.next()).toBe("route $default");
  }
});

test.each([
  ["one frame of more than 32 KB", [32 * KB + 1]],
  ["one frame of 1 MB", [KB * KB]],
  ["a first frame of more than 32 KB", [32 * KB + 1, 1]],
  ["a last frame of more than 32 KB", [1, 32 * KB + 1]],
  ["a message of frames that fit but exceed 128 KB together", [...Array(4).fill(32 * KB), 1]],
  ["a message of many small frames that exceed 128 KB together", Array(129).fill(KB)],
])("%s closes with 1009", async (_, sizes) => {
  const { client, disconnected } = await fixture.connect();
  sendFrames(client.socket, sizes);
  expect((await client.closed).code).toBe(1009);
  expect((await disconnected()).requestContext.disconnectStatusCode).toBe(1009);
});

test("the length of a text is counted in bytes", async () => {
  const { client } = await fixture.connect();
  client.send("ß".repeat(16 * KB + 1));
  expect((await client.closed).code).toBe(1009);
});

test("messages before a frame that is too long are handled", async () => {
  const { client } = await fixture.connect();
  client.send({ action: "oneWay", do: "wait", id: "before" });
  client.send("x".repeat(32 * KB + 1));
  client.send({ action: "oneWay", do: "wait", id: "behind" });
  expect((await client.closed).code).toBe(1009);
  await fixture.recorder.next(({ waiting }) => waiting === "before");
  await fixture.recorder.release("before");
  expect(fixture.recorder.recorded.map(({ waiting }) => waiting)).not.toContain("behind");
});

test("messages before a frame that is too long are answered before the connection closes", async () => {
  const other = await startFixture({
    template: ({ Resources }) => {
      for (const part of ["Route", "Response", "Integration"]) delete Resources[`Default${part}`];
    },
  });
  const { client } = await other.connect();
  // Both are sent at once, so that they may arrive in one chunk.
  client.send("no route takes this");
  client.send("x".repeat(32 * KB + 1));
  expect(await client.next()).toContain("Forbidden");
  expect((await client.closed).code).toBe(1009);
  await other.stop();
});

test("a binary message closes with 1003", async () => {
  const { client, disconnected } = await fixture.connect();
  client.send(Buffer.from("{}"));
  expect((await client.closed).code).toBe(1003);
  expect((await disconnected()).requestContext.disconnectStatusCode).toBe(1003);
});

test("a binary message in several frames closes with 1003 at the first", async () => {
  const { client } = await fixture.connect();
  client.socket.send(Buffer.from("{"), { fin: false });
  expect((await client.closed).code).toBe(1003);
});

test("pings between the frames of a message are answered and not counted", async () => {
  const { client } = await fixture.connect();
  client.socket.send("x".repeat(32 * KB), { fin: false });
  client.socket.ping("p".repeat(125));
  await once(client.socket, "pong");
  sendFrames(client.socket, Array(3).fill(32 * KB));
  expect(await client.next()).toBe("route $default");
});

test("frames are recognised however the network splits them", async () => {
  const { hostname, port } = new URL(fixture.url);
  const socket = connect(Number(port), hostname);
  const received: Buffer[] = [];
  socket.on("data", (chunk) => received.push(chunk));
  const text = () => Buffer.concat(received).toString("latin1");
  socket.write(handshake(hostname, "/dev"));
  await expect.poll(text).toContain("101 Switching Protocols");
  // A text of 300 bytes in two frames, with a mask of zeros.
  const payload = Buffer.alloc(150, "x");
  const mask = Buffer.alloc(4);
  const header = (first: number) => Buffer.from([first, 0x80 | 126, 0, 150]);
  const frames = Buffer.concat([header(0x01), mask, payload, header(0x80), mask, payload]);
  for (const byte of frames) {
    socket.write(Buffer.of(byte));
    await new Promise(setImmediate);
  }
  await expect.poll(text).toContain("route $default");
  // The header of a frame that is too long is enough.
  socket.write(Buffer.from([0x81, 0x80 | 127, 0, 0, 0, 0, 0, 0, 0x80, 1]));
  await expect.poll(() => Buffer.concat(received).includes(Buffer.from([0x03, 0xf1]))).toBe(true);
  socket.destroy();
});

test("compression is not negotiated", async () => {
  const { client } = await fixture.connect();
  expect(client.socket.extensions).toBe("");
});

test("clients that exceed a limit leave nothing on the terminal", async () => {
  const told = [vi.spyOn(console, "error"), vi.spyOn(console, "log"), vi.spyOn(console, "warn")];
  for (const message of [Buffer.from("{}"), "x".repeat(32 * KB + 1)]) {
    const { client, disconnected } = await fixture.connect();
    client.send(message);
    await disconnected();
  }
  for (const spy of told) expect(spy).not.toHaveBeenCalled();
});
