import { once } from "node:events";
import { createServer, request } from "node:http";
import { text } from "node:stream/consumers";
import { MessageChannel } from "node:worker_threads";
import { afterEach, expect, test } from "vitest";
import { PortSockets } from "../src/lambda/port-sockets.js";

const { port1, port2 } = new MessageChannel();
type Socket = ReturnType<PortSockets["connect"]>;
let accept: (socket: Socket) => void = () => {};
new PortSockets(port1, (socket) => accept(socket));
const client = new PortSockets(port2);

/** Both ends of a new connection. */
async function pair() {
  const accepted = new Promise<Socket>((resolve) => {
    accept = resolve;
  });
  const near = client.connect();
  return { near, far: await accepted };
}

afterEach(() => {
  accept = () => {};
});

test("HTTP runs over it, with bodies of any size and alphabet in both directions", async () => {
  const server = createServer((incoming, response) => incoming.pipe(response));
  accept = (socket) => server.emit("connection", socket);
  const bodies = ["", "где 👍", "я".repeat(2_000_000)];
  const answers = bodies.map(async (body) => {
    const sent = request({ method: "POST", createConnection: () => client.connect() });
    sent.end(body);
    const [response] = await once(sent, "response");
    return text(response);
  });
  expect(await Promise.all(answers)).toEqual(bodies);
  server.close();
});

test("bytes, their order and the end arrive", async () => {
  const { near, far } = await pair();
  near.write(Buffer.from([0, 255, 128]));
  near.write("text");
  near.end("é", "latin1");
  const chunks = await far.toArray();
  expect(Buffer.concat(chunks)).toEqual(Buffer.from([0, 255, 128, ...Buffer.from("text"), 233]));
});

test("who writes waits for who does not read", async () => {
  const { near, far } = await pair();
  const chunk = Buffer.alloc(64 * 1024);
  let written = 0;
  const write = () => near.write(chunk, () => void (++written < 100 && write()));
  write();
  await once(far, "readable");
  // Whatever was on its way has come when another connection has been there and back.
  for (let turn = 0; turn < 10; turn++) await pair();
  expect(written).toBeLessThan(10);
  far.resume();
  await expect.poll(() => written).toBe(100);
  far.destroy();
});

test("a connection on which nothing happens for some time emits a timeout", async () => {
  const { near, far } = await pair();
  const timedOut = once(far, "timeout");
  far.setTimeout(20);
  near.write("x");
  await timedOut;
  near.destroy();
});

test("both ends are destroyed if one is, and all of them if the port closes", async () => {
  const one = await pair();
  const other = await pair();
  one.far.destroy();
  await once(one.near, "close");
  port2.close();
  await Promise.all([once(other.near, "close"), once(other.far, "close")]);
});
