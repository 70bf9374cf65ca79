import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { io, type Socket } from "socket.io-client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { natter } from "../../protocol/client/natter.ts";
import { newRoom } from "../support/acks.ts";
import { type Client, Heard, openBare, RawSocket } from "../support/clients.ts";
import { stack } from "./world.ts";

/** What Socket.IO's own clients need beyond what all clients share. */

let bob: Client;
beforeAll(async () => {
  bob = await openBare(stack.origin, { name: "Bob" });
  await bob.emit("joinRoom", { room: "lobby" });
});
afterAll(async () => {
  await bob.close();
});

const STOCK = { transports: ["websocket"] };

async function connected(socket: Socket): Promise<void> {
  await new Promise<void>((resolve) => socket.once("connect", resolve));
}

describe.each([
  ["socket.io-client 4.8", STOCK],
  ["the adapter", natter],
])("%s", (_, options) => {
  test("is the same socket after an interruption, is in its rooms, and gets what it missed", async () => {
    const room = newRoom();
    const auth = { name: "Ada" };
    const socket = io(stack.origin, { ...options, auth, forceNew: true });
    const heard = new Heard();
    socket.onAny((name, ...args) => heard.add(name, args));
    await connected(socket);
    expect(socket.recovered).toBe(false);
    const { id } = socket;
    await socket.emitWithAck("joinRoom", { room });
    expect(await bob.emit("joinRoom", { room })).toMatchObject({ ok: true });
    const say = async (where: string) => {
      const ack = await bob.emit("message", { room: where, id: randomUUID(), text: "hi" });
      return ack.ok ? ack.entry.id : "";
    };
    const first = await say(room);
    await heard.next("message", (entry: { id: string }) => entry.id === first);

    // Nothing reconnects before this is said.
    socket.io.reconnection(false);
    socket.io.engine.close();
    const missed = [await say(room), await say("lobby"), await say(room)];
    const order: unknown[] = [];
    socket.onAny((_, entry) => missed.includes(entry.id) && order.push(entry.id));
    socket.connect();
    await connected(socket);
    expect(socket.recovered).toBe(true);
    expect(socket.id).toBe(id);
    expect(order).toEqual(missed);

    const cy = await openBare(stack.origin, { name: "Cy" });
    await cy.emit("joinRoom", { room });
    const isCy = (notice: { room: string; user: { id: string } }) =>
      notice.room === room && notice.user.id === cy.session.user.id;
    expect(await heard.next("joined", isCy)).toEqual([
      { room, user: cy.session.user, n: expect.any(Number) },
    ]);
    await cy.close();
    socket.disconnect();
  });

  test("is the same guest and socket even if it had received nothing before the interruption", async () => {
    const socket = io(stack.origin, { ...options, auth: { name: "Ada" }, forceNew: true });
    const heard = new Heard();
    socket.onAny((name, ...args) => heard.add(name, args));
    await connected(socket);
    const [session] = await heard.next("session");
    const { id } = socket;
    // As if the network failed: a client that disconnects itself does not recover.
    socket.io.engine.close();
    await connected(socket);
    expect([socket.recovered, socket.id]).toEqual([true, id]);
    await expect.poll(() => heard.all("session")).toHaveLength(2);
    expect(heard.all("session")[1]).toMatchObject([{ user: (session as { user: object }).user }]);
    socket.disconnect();
  });

  test("is the same guest but another socket after its own disconnect, as with Socket.IO", async () => {
    const socket = io(stack.origin, { ...options, auth: { name: "Ada" }, forceNew: true });
    const session = () =>
      new Promise<{ user: { id: string } }>((resolve) => socket.once("session", resolve));
    const [{ user }] = await Promise.all([session(), connected(socket)]);
    const { id } = socket;
    socket.disconnect();
    // The next CONNECT could overtake the DISCONNECT: each is handled as it comes.
    await bob.heard.next(
      "presence",
      (notice: { user: { id: string }; online: boolean }) =>
        notice.user.id === user.id && !notice.online,
    );
    socket.connect();
    const [again] = await Promise.all([session(), connected(socket)]);
    expect(socket.recovered).toBe(false);
    expect(socket.id).not.toBe(id);
    expect(again.user).toEqual(user);
    socket.disconnect();
  });
});

describe("ten messages in one tick", () => {
  async function tenMessages(options: object) {
    const room = newRoom();
    const auth = { name: "Ada" };
    const socket = io(stack.origin, { ...STOCK, ...options, auth, forceNew: true });
    await connected(socket);
    await socket.emitWithAck("joinRoom", { room });
    await bob.emit("joinRoom", { room });
    const sent = Array.from({ length: 10 }, (_, n) => ({ room, id: randomUUID(), text: `${n}` }));
    const say = async (message: object) => {
      for (;;) {
        const ack = await socket.emitWithAck("message", message);
        if (ack.ok || ack.error.code !== "busy") return ack;
      }
    };
    const acks = await Promise.all(sent.map(say));
    const { entries } = await socket.emitWithAck("history", { room });
    socket.disconnect();
    const ids = (list: { id: string }[]) => list.map(({ id }) => id);
    return { sent: ids(sent), acks, log: ids(entries) };
  }

  test("become ten entries of the log in any order, each acknowledged as it is there", async () => {
    const { sent, acks, log } = await tenMessages({});
    expect(log.toSorted()).toEqual(sent.toSorted());
    expect(acks.map(({ entry }) => [entry.id, entry.seq])).toEqual(
      sent.map((id) => [id, log.indexOf(id) + 1]),
    );
    for (const id of log)
      await bob.heard.next("message", (entry: { id: string }) => entry.id === id);
  });

  test("become ten entries in the order of sending if the option retries is set", async () => {
    const { sent, log } = await tenMessages({ retries: 3, ackTimeout: 10_000 });
    expect(log).toEqual(sent);
  });
});

test.each(["/socket.io/", "/socket.io", "/ws", "/ws/"])(
  "the handshake is sent at %s, with timers that fit API Gateway's limits",
  async (path) => {
    const socket = await RawSocket.open(stack.origin, path);
    const { pingInterval, pingTimeout, maxPayload } = socket.handshake;
    expect(pingInterval + pingTimeout).toBeLessThan(10 * 60_000);
    expect(maxPayload).toBe(32 * 1024);
    await socket.close();
  },
);

test("a name that is not valid is refused, and the connection stays", async () => {
  const socket = await RawSocket.open(stack.origin);
  socket.send('40{"name":""}');
  expect(JSON.parse((await socket.next("44")).slice(2))).toEqual({
    message: expect.any(String),
    data: { code: "bad_request" },
  });
  socket.send('40{"name":"Ada"}');
  await socket.next("42");
  await socket.close();
});

test.each([
  ["of protocol 3", "EIO=3&transport=websocket", {}, 400],
  ["that would begin with polling", "EIO=4&transport=polling", {}, 400],
  ["in a page of another site", "EIO=4&transport=websocket", { origin: "https://evil.test" }, 403],
])("a client %s is refused", async (_, query, options, status) => {
  const url = `${stack.origin.replace("http", "ws")}/socket.io/?${query}`;
  const ws = new WebSocket(url, options);
  ws.on("error", () => {});
  const [, response] = await once(ws, "unexpected-response");
  expect(response.statusCode).toBe(status);
});

test("a client that begins with long-polling is told which option to set, in a page of another site too", async () => {
  const socket = io(stack.origin, { forceNew: true, reconnection: false });
  const error = await new Promise<Error>((resolve) => socket.once("connect_error", resolve));
  expect(error).toMatchObject({ message: "xhr poll error", description: 400 });
  const query = "EIO=4&transport=polling";
  const headers = { origin: "https://other.test" };
  const response = await fetch(`${stack.origin}/socket.io/?${query}`, { headers });
  expect(response.status).toBe(400);
  expect(response.headers.get("access-control-allow-origin")).toBe("*");
  expect(await response.json()).toEqual({
    code: 0,
    message: expect.stringContaining('["websocket"]'),
  });
});

test("a client that tries all its transports ends with WebSocket", async () => {
  const auth = { name: "Ada" };
  const socket = io(stack.origin, { tryAllTransports: true, auth, forceNew: true });
  await connected(socket);
  expect(socket.io.engine.transport.name).toBe("websocket");
  socket.disconnect();
});

test("the bot of the docs answers", async () => {
  const path = fileURLToPath(new URL("../../docs/examples/bot.mjs", import.meta.url));
  const bot = spawn(process.execPath, [path, stack.origin], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    await once(bot.stdout, "data");
    const room = "clocks";
    await bob.emit("joinRoom", { room });
    await bob.emit("message", { room, id: randomUUID(), text: "!time" });
    const fromBot = ({ author }: { author: { name: string } }) => author.name === "Clock";
    const [entry] = await bob.heard.next("message", fromBot);
    expect(entry).toMatchObject({ room, text: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) });
  } finally {
    bot.kill();
    await once(bot, "exit");
  }
});
