import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { io, type Socket } from "socket.io-client";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { natter } from "../../protocol/client/natter.ts";
import { MAX_FRAME_BYTES } from "../../protocol/limits.ts";

/** The adapter inside the real socket.io-client, against a server that is played by hand. */
describe("the socket.io-client adapter", () => {
  let server: WebSocketServer;
  let socket: Socket;
  let peer: WebSocket;
  let url: string | undefined;
  let frames: string[];

  beforeEach(async () => {
    const received: string[] = [];
    frames = received;
    server = new WebSocketServer({ port: 0 });
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    socket = io(`http://localhost:${port}`, {
      ...natter,
      auth: { name: "ada" },
      query: { tenant: "7" },
      forceNew: true,
    });
    const [ws, request] = await once(server, "connection");
    peer = ws;
    url = request.url;
    peer.on("message", (data) => {
      received.push(String(data));
    });
    await frame(1);
  });

  afterEach(() => {
    vi.useRealTimers();
    socket.disconnect();
    server.close();
  });

  async function frame(count: number): Promise<string | undefined> {
    await expect.poll(() => frames.length).toBeGreaterThanOrEqual(count);
    return frames[count - 1];
  }

  async function connected(): Promise<void> {
    const connect = once(socket as never, "connect");
    peer.send('{"action":"connect","data":{"sid":"S","pid":"P"}}');
    await connect;
  }

  test("connects at /ws with its auth, keeps a query of its own and sends no EIO", async () => {
    expect(url).toBe("/ws?tenant=7");
    expect(frames[0]).toBe('{"action":"connect","data":{"name":"ada"}}');
    await connected();
    expect(socket.id).toBe("S");
  });

  test("emits events, gets acks, and receives events", async () => {
    await connected();
    const answer = socket.emitWithAck("joinRoom", { room: "tea" });
    expect(await frame(2)).toBe('{"action":"joinRoom","data":[{"room":"tea"}],"id":0}');
    peer.send('{"action":"ack","data":[{"ok":true}],"id":0}');
    expect(await answer).toEqual({ ok: true });

    const heard = new Promise((resolve) => socket.on("left", (...args) => resolve(args)));
    peer.send('{"action":"left","data":[{"room":"tea"},"1"]}');
    expect(await heard).toEqual([{ room: "tea" }, "1"]);
  });

  describe("when API Gateway has throttled a frame", () => {
    const THROTTLED = '{"message": "Too Many Requests", "connectionId":"x", "requestId":"y"}';
    const busy = { ok: false, error: { code: "busy", message: expect.any(String) } };
    const message = { room: "tea", id: "1b4e28ba-2fa1-41d2-883f-0016d3cca427", text: "hi" };

    test("reads, and events that carry an id, fail with busy; the connection stays", async () => {
      await connected();
      let joined = false;
      socket.emit("joinRoom", { room: "tea" }, () => {
        joined = true;
      });
      const answers = [
        socket.emitWithAck("history", { room: "tea" }),
        socket.emitWithAck("message", message),
      ];
      await frame(4);
      peer.send(THROTTLED);
      expect(await Promise.all(answers)).toEqual([busy, busy]);
      expect(joined).toBe(false);
      // An event that was carried out after all is answered late.
      peer.send('{"action":"ack","data":[{"ok":true}],"id":2}');
      peer.send('{"action":"ack","data":[{"ok":true}],"id":0}');
      await expect.poll(() => joined).toBe(true);
      expect(socket.connected).toBe(true);
    });

    test("the next frames wait a little, and go in order", async () => {
      await connected();
      socket.emit("typing", { room: "tea" });
      await frame(2);
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
      peer.send(THROTTLED);
      peer.send('{"action":"hello","data":[]}');
      await new Promise<void>((resolve) => socket.on("hello", () => resolve()));
      socket.emit("first");
      socket.emit("second");
      const pong = once(peer, "pong");
      peer.ping();
      await pong;
      await vi.advanceTimersByTimeAsync(900);
      expect(frames).toHaveLength(2);
      await vi.advanceTimersByTimeAsync(3_000);
      vi.useRealTimers();
      expect(await frame(4)).toContain("second");
      expect(frames[2]).toContain("first");
    });

    test("CONNECT is sent again", async () => {
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
      const heard = new Promise((resolve) => socket.io.engine.once("packet", resolve));
      peer.send(THROTTLED);
      peer.send('{"action":"hello","data":[]}');
      await heard;
      await vi.advanceTimersByTimeAsync(3_000);
      vi.useRealTimers();
      expect(await frame(2)).toBe('{"action":"connect","data":{"name":"ada"}}');
      await connected();
      expect(socket.id).toBe("S");
    });
  });

  test("waits when a read is rate_limited, which it is for too many frames only", async () => {
    await connected();
    const error = '{"ok":false,"error":{"code":"rate_limited","message":"wait"}}';
    const limited = (id: number) => peer.send(`{"action":"ack","data":[${error}],"id":${id}}`);
    const said = socket.emitWithAck("message", { room: "tea" });
    limited(0);
    expect(await said).toMatchObject({ ok: false });
    const page = socket.emitWithAck("history", { room: "tea" });
    await frame(3);
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    limited(1);
    expect(await page).toMatchObject({ ok: false });
    socket.emit("later");
    const pong = once(peer, "pong");
    peer.ping();
    await pong;
    await vi.advanceTimersByTimeAsync(900);
    expect(frames).toHaveLength(3);
    await vi.advanceTimersByTimeAsync(3_000);
    vi.useRealTimers();
    expect(await frame(4)).toContain("later");
  });

  test("ignores API Gateway's own error frames", async () => {
    await connected();
    peer.send('{"message": "Internal server error", "connectionId":"x", "requestId":"y"}');
    peer.send('{"action":"hello","data":[]}');
    await new Promise<void>((resolve) => socket.on("hello", () => resolve()));
    expect(socket.connected).toBe(true);
  });

  test("a refused connect is a connect_error with its code", async () => {
    const refused = once(socket as never, "connect_error");
    peer.send('{"action":"connect_error","data":{"message":"no","data":{"code":"unauthorized"}}}');
    const [error] = await refused;
    expect(error).toMatchObject({ message: "no", data: { code: "unauthorized" } });
  });

  test("answers a frame above 32 KB itself, for which API Gateway would close with 1009", async () => {
    await connected();
    const text = "x".repeat(MAX_FRAME_BYTES);
    expect(await socket.emitWithAck("message", { text })).toMatchObject({
      ok: false,
      error: { code: "too_large" },
    });
    const told = once(socket as never, "error");
    socket.emit("message", { text });
    expect(await told).toMatchObject([{ code: "too_large" }]);
    expect(frames).toHaveLength(1);
  });

  test("answers such a frame in the namespace that it is for", async () => {
    await connected();
    const other = socket.io.socket("/other");
    const connect = once(other as never, "connect");
    peer.send('{"action":"connect","nsp":"/other","data":{"sid":"T","pid":"Q"}}');
    await connect;
    const ack = await other.emitWithAck("message", { text: "x".repeat(MAX_FRAME_BYTES) });
    expect(ack).toMatchObject({ error: { code: "too_large" } });
  });

  test("counts bytes, not characters, against the 32 KB", async () => {
    await connected();
    const text = "é".repeat(MAX_FRAME_BYTES / 2);
    expect(await socket.emitWithAck("message", { text })).toMatchObject({ ok: false });
  });

  test("refuses event names that are packet types", async () => {
    await connected();
    expect(() => socket.emit("ack", 1)).toThrow('"ack" cannot be an event\'s name');
    expect(() => socket.emit("ping", 1)).toThrow('"ping" cannot be an event\'s name');
  });

  test("sends DISCONNECT when it leaves", async () => {
    await connected();
    socket.disconnect();
    expect(await frame(2)).toBe('{"action":"disconnect"}');
  });
});

describe("the adapter's keepalive", () => {
  test("is sent after 4 quiet minutes, and its answer keeps the connection", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
    const server = new WebSocketServer({ port: 0 });
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const socket = io(`http://localhost:${port}`, { ...natter, forceNew: true });
    try {
      const [peer] = await once(server, "connection");
      const frames: string[] = [];
      peer.on("message", (data: unknown) => frames.push(String(data)));
      const frame = async (count: number) => {
        while (frames.length < count) await once(peer, "message");
        return frames[count - 1];
      };
      await frame(1);
      const connect = once(socket as never, "connect");
      peer.send('{"action":"connect","data":{"sid":"S"}}');
      await connect;

      // Traffic postpones it …
      await vi.advanceTimersByTimeAsync(3 * 60_000);
      const heard = once(socket as never, "hello");
      peer.send('{"action":"hello","data":[]}');
      await heard;
      await vi.advanceTimersByTimeAsync(4 * 60_000 - 1);
      expect(frames).toHaveLength(1);
      // … and quiet brings it.
      await vi.advanceTimersByTimeAsync(1);
      expect(await frame(2)).toBe('{"action":"ping"}');

      const alive = once(socket.io as never, "ping");
      peer.send('{"action":"ping"}');
      await alive;
      await vi.advanceTimersByTimeAsync(4 * 60_000);
      expect(await frame(3)).toBe('{"action":"ping"}');

      // Without an answer the connection counts as dead.
      const dead = once(socket as never, "disconnect");
      await vi.advanceTimersByTimeAsync(20_000);
      expect((await dead)[0]).toBe("ping timeout");
    } finally {
      vi.useRealTimers();
      socket.disconnect();
      server.close();
    }
  });
});
