import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { createWire, type Wire } from "../../web/chat/wire/wire.ts";

const MINUTE = 60_000;

/** The wire runs against a hand-made server, on a fake clock. */
let server: WebSocketServer;
let peers: WebSocket[];
let pings: number;
let wire: Wire;
/** The answer to a connect. */
let answer: string[];
const handlers = {
  auth: () => ({ token: "t" }),
  up: vi.fn(),
  down: vi.fn(),
  refused: vi.fn(),
  unreachable: vi.fn(),
  message: vi.fn(),
  changed: vi.fn(),
  joined: vi.fn(),
  left: vi.fn(),
  presence: vi.fn(),
  typing: vi.fn(),
  room: vi.fn(),
  read: vi.fn(),
};

beforeEach(async () => {
  vi.clearAllMocks();
  // Random times are the earliest ones.
  vi.spyOn(Math, "random").mockReturnValue(0);
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  peers = [];
  pings = 0;
  answer = ['{"action":"connect","data":{"sid":"s"}}', '{"action":"session","data":[{"v":1}]}'];
  server = new WebSocketServer({ port: 0 });
  server.on("connection", (peer) => {
    peers.push(peer);
    peer.on("message", (data) => {
      const { action, id } = JSON.parse(String(data));
      if (action === "ping") {
        pings++;
        peer.send('{"action":"ping"}');
      } else if (action === "connect") {
        for (const frame of answer) peer.send(frame);
      } else if (id !== undefined && action !== "joinRoom") {
        peer.send(JSON.stringify({ action: "ack", id, data: [{ ok: true }] }));
      }
    });
  });
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  wire = createWire({ origin: `http://localhost:${port}` });
  wire.open(handlers);
  await happens(() => handlers.up.mock.calls.length === 1);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  for (const peer of server.clients) peer.terminate();
  server.close();
});

/** Waits in real time: the fake clock leaves `setImmediate` alone. */
async function happens(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

/** Advances the clock with its keepalives, which the server answers. */
async function pass(minutes: number): Promise<void> {
  for (let passed = 0; passed < minutes; passed += 4) {
    const before = pings;
    await vi.advanceTimersByTimeAsync(4 * MINUTE);
    await happens(() => pings > before);
  }
}

test("a connection is kept alive, and renewed without a gap before its 2 hours are over (promise 7)", async () => {
  await pass(108);
  expect(peers).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(2 * MINUTE);
  await happens(() => handlers.up.mock.calls.length === 2);
  expect(peers).toHaveLength(2);
  expect(handlers.down).not.toHaveBeenCalled();
  expect(await wire.request("heads", { rooms: {} })).toMatchObject({ ok: true });

  const [old, next] = peers;
  await vi.advanceTimersByTimeAsync(10_000);
  if (old?.readyState !== 3) await once(old as WebSocket, "close");
  next?.send('{"action":"left","data":[{"room":"tea"}]}');
  await happens(() => handlers.left.mock.calls.length === 1);
  expect(handlers.down).not.toHaveBeenCalled();
});

test("a connection that waits for an answer is renewed only after it", async () => {
  await pass(108);
  // The server does not answer `joinRoom`: each request waits 10 s.
  const busy = new AbortController();
  const ask = (): void => {
    if (!busy.signal.aborted) void wire.request("joinRoom", { room: "tea" }).catch(ask);
  };
  ask();
  for (let seconds = 0; seconds < 5 * 60; seconds += 5) await vi.advanceTimersByTimeAsync(5_000);
  expect(peers).toHaveLength(1);
  // The last request is given up after 10 s; the renewal follows a second later.
  busy.abort();
  await vi.advanceTimersByTimeAsync(11_000);
  await happens(() => handlers.up.mock.calls.length === 2);
  expect(peers).toHaveLength(2);
});

test("a session may come before its `connect` or after it", async () => {
  answer.reverse();
  wire.reconnect();
  await happens(() => handlers.up.mock.calls.length === 2);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(await wire.request("heads", { rooms: {} })).toMatchObject({ ok: true });
  expect(peers).toHaveLength(2);
});

test("a wire that was closed can be opened again", async () => {
  wire.close();
  wire.open(handlers);
  await happens(() => handlers.up.mock.calls.length === 2);
  expect(await wire.request("heads", { rooms: {} })).toMatchObject({ ok: true });
});
