import { once } from "node:events";
import { io } from "socket.io-client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { RawSocket } from "../support/clients.ts";
import { startEcho } from "./start.ts";
import { PATIENT_TIMERS } from "./timers.ts";

/**
 * The rules of Engine.IO v4 and Socket.IO v5 for the WebSocket transport, tried on an echo app that
 * uses `functions/wire/`.
 */

let echo: Awaited<ReturnType<typeof startEcho>>;
beforeAll(async () => {
  echo = await startEcho(0, PATIENT_TIMERS);
});
afterAll(() => echo.stop());

/** Opens a connection and answers its pings. */
async function open(path?: string): Promise<RawSocket> {
  const socket = await RawSocket.open(echo.url, path);
  socket.ws.on("message", (data) => {
    if (String(data) === "2") socket.send("3");
  });
  return socket;
}

async function connect(): Promise<RawSocket> {
  const socket = await open();
  socket.send("40");
  await socket.next("42");
  await socket.next("40");
  return socket;
}

describe("the handshake", () => {
  test("is an open packet with an id, no upgrades and the timers", async () => {
    const socket = await open();
    const { connectTimeout: _, ...timers } = PATIENT_TIMERS;
    expect(socket.handshake).toEqual({ sid: expect.any(String), upgrades: [], ...timers });
    await socket.close();
  });

  test.each([
    ["no protocol", "transport=websocket"],
    ["an older protocol", "EIO=3&transport=websocket"],
    ["a protocol that does not exist", "EIO=abc&transport=websocket"],
    ["no transport", "EIO=4"],
    ["another transport", "EIO=4&transport=polling"],
    ["the session of another transport", "EIO=4&transport=websocket&sid=abc"],
  ])("is refused with 400 if it has %s", async (_, query) => {
    const ws = new WebSocket(`${echo.url.replace("http", "ws")}/socket.io/?${query}`);
    ws.on("error", () => {});
    const [, response] = await once(ws, "unexpected-response");
    expect(response.statusCode).toBe(400);
  });
});

describe("the heartbeat", () => {
  test("pings again and again, as long as pongs come", async () => {
    const socket = await connect();
    for (let n = 0; n < 2; n++) await socket.next("2");
    expect(socket.ws.readyState).toBe(WebSocket.OPEN);
    await socket.close();
  });

  test("closes a connection whose pong does not come", async () => {
    const socket = await RawSocket.open(echo.url);
    expect(await socket.closed).toBe(1000);
    expect(socket.frames).toEqual([expect.stringMatching(/^0/), "2"]);
  });
});

describe("a namespace", () => {
  test.each([
    ["the main one", "40", "40", '42["auth",{}]'],
    ["the main one with a payload", '40{"token":"1"}', "40", '42["auth",{"token":"1"}]'],
    ["another one", "40/custom,", "40/custom,", '42/custom,["auth",{}]'],
    ["another one, without the comma", "40/custom", "40/custom,", '42/custom,["auth",{}]'],
    [
      "another one with a payload",
      '40/custom,{"token":"1"}',
      "40/custom,",
      '42/custom,["auth",{"token":"1"}]',
    ],
  ])("can be connected to: %s", async (_, frame, answer, event) => {
    const socket = await open();
    socket.send(frame);
    expect(await socket.next(event)).toBe(event);
    const connected = await socket.next(`${answer}{`);
    expect(JSON.parse(connected.slice(answer.length))).toEqual({ sid: expect.any(String) });
    await socket.close();
  });

  test("is refused if it does not exist, and the connection stays", async () => {
    const socket = await open();
    socket.send("40/random");
    expect(await socket.next("44")).toBe('44/random,{"message":"Invalid namespace"}');
    socket.send("40");
    await socket.next("42");
    await socket.close();
  });

  test("ends when the client leaves it, and the others go on", async () => {
    const socket = await connect();
    socket.send("40/custom");
    await socket.next("42/custom");
    socket.send("41/custom");
    socket.send('42["message","still here"]');
    expect(await socket.next("42")).toBe('42["message-back","still here"]');
    await expect
      .poll(async () => {
        socket.send('42/custom,1["message-with-ack"]');
        return socket.next("43/custom");
      })
      .toContain("unauthorized");
    await socket.close();
  });

  test("ends when the server ends it, and the client is told", async () => {
    const socket = io(echo.url, { transports: ["websocket"], forceNew: true });
    await new Promise<void>((resolve) => socket.on("connect", resolve));
    const reason = new Promise((resolve) => socket.on("disconnect", resolve));
    socket.emit("leave");
    expect(await reason).toBe("io server disconnect");
    socket.disconnect();
  });

  test("must be connected to in time, or the connection is closed", async () => {
    const socket = await open();
    expect(await socket.closed).toBe(1000);
  });
});

describe("an event", () => {
  test("arrives with its arguments", async () => {
    const socket = await connect();
    socket.send('42["message",1,"2",{"3":[true]}]');
    expect(await socket.next("42")).toBe('42["message-back",1,"2",{"3":[true]}]');
    await socket.close();
  });

  test("is acknowledged by its id", async () => {
    const socket = await connect();
    socket.send('42456["message-with-ack",1,"2",{"3":[false]}]');
    expect(await socket.next("43")).toBe('43456[1,"2",{"3":[false]}]');
    await socket.close();
  });

  test("is refused if it has attachments, and those are ignored", async () => {
    const socket = await connect();
    const attached = '["message-with-ack",{"_placeholder":true,"num":0}]';
    socket.send(`451-7${attached}`, "bAQIDBA==", `451-${attached}`, "bBQYHCA==");
    expect(await socket.next("437")).toMatch(/^437\[\{"ok":false.+bad_request.+base64 string/);
    expect(await socket.next('42["error"')).toContain("base64 string");
    socket.send('428["message-with-ack","AQIDBA=="]');
    expect(await socket.next("438")).toBe('438["AQIDBA=="]');
    await socket.close();
  });

  test("is refused if a client with forceBase64 sends bytes, and the client goes on", async () => {
    const socket = io(echo.url, { transports: ["websocket"], forceNew: true, forceBase64: true });
    const bytes = Buffer.from([1, 2, 3, 4]);
    expect(await socket.emitWithAck("message-with-ack", bytes)).toMatchObject({
      ok: false,
      error: { code: "bad_request", message: expect.stringContaining("base64 string") },
    });
    const text = bytes.toString("base64");
    expect(await socket.emitWithAck("message-with-ack", text)).toBe(text);
    socket.disconnect();
  });
});

// test/protocol/raw.test.ts has all kinds of frames that are no packets.
describe("the connection is closed by", () => {
  test.each([
    ["a frame that is not a packet", "abc"],
    ["a ping, which only servers send", "2"],
    ["an event whose payload is not an array", "42{}"],
    ["a close packet of the client", "1"],
  ])("%s", async (_, frame) => {
    const socket = await connect();
    socket.send(frame);
    expect(await socket.closed).toBe(1000);
    expect(socket.frames.filter((one) => !/^[02]/.test(one))).toEqual([]);
  });

  test("a binary frame, which API Gateway refuses", async () => {
    const socket = await connect();
    socket.ws.send(Buffer.from([1]));
    expect(await socket.closed).toBe(1003);
  });
});

describe("Engine.IO alone", () => {
  test.each([
    ["a text", "4hello"],
    ["bytes in base64", "bAQIDBA=="],
  ])("carries %s both ways in one frame", async (_, frame) => {
    const socket = await open("/engine.io/");
    socket.send(frame);
    expect(await socket.next(frame)).toBe(frame);
    await socket.close();
  });
});
