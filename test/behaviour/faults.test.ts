import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import {
  calls,
  holdAnswer,
  killAfter,
  killBefore,
  throttleCalls,
} from "../../local/test/support/call-faults.ts";
import { type ChangingFaults, doublePush, losePush } from "../../local/test/support/faults.ts";
import { MAX_FRAMES } from "../../protocol/limits.ts";
import { codeOf, newRoom } from "../support/acks.ts";
import { BareSocket, type Client, openAdapter, openBare, openStock } from "../support/clients.ts";
import { type LocalStack, startLocalStack } from "../support/local-stack.ts";
import { upload } from "../support/uploads.ts";

const faults: ChangingFaults = {};
let stack: LocalStack;
let ada: Client;
let bob: Client;

beforeAll(async () => {
  stack = await startLocalStack(faults);
  ada = await openAdapter(stack.origin, { name: "Ada" });
  bob = await openBare(stack.origin, { name: "Bob" });
});
afterEach(() => {
  delete faults.push;
  delete faults.call;
});
afterAll(async () => {
  await stack.remove();
});

const newMessage = (text: string) => ({ room: "lobby", id: randomUUID(), text });
const isMessage = ({ body }: { body: string }) => body.startsWith('{"action":"message"');
const heard = () => bob.heard.all("message").map(([entry]) => (entry as { text: string }).text);
const appends = calls("dynamodb:PutItem", "History");
const posts = calls("execute-api:ManageConnections");

async function logged(id: string): Promise<number> {
  const history = await ada.emit("history", { room: "lobby" });
  return history.ok ? history.entries.filter((entry) => entry.id === id).length : -1;
}

test("a message whose push is lost is in the log", async () => {
  faults.push = losePush(1, isMessage);
  const message = newMessage("lost");
  expect(await ada.emit("message", message)).toMatchObject({ ok: true });
  expect(await ada.emit("message", newMessage("heard"))).toMatchObject({ ok: true });
  await bob.heard.next("message", ({ text }: { text: string }) => text === "heard");
  expect(heard()).not.toContain("lost");
  expect(await logged(message.id)).toBe(1);
});

test("a client can receive a push twice", async () => {
  faults.push = doublePush(1, isMessage);
  await ada.emit("message", newMessage("twice"));
  await expect.poll(() => heard().filter((text) => text === "twice")).toHaveLength(2);
});

test("a table that throttles once delays a message and loses nothing (promise 1)", async () => {
  faults.call = throttleCalls(1, appends);
  const message = newMessage("throttled once");
  expect(await ada.emit("message", message)).toMatchObject({ ok: true });
  expect(await logged(message.id)).toBe(1);
});

test("while a table keeps throttling, the answer is busy (promise 9)", async () => {
  faults.call = throttleCalls(Number.POSITIVE_INFINITY, appends);
  expect(await ada.emit("message", newMessage("throttled"))).toMatchObject({
    ok: false,
    error: { code: "busy" },
  });
});

test("a management API that throttles delays a push", async () => {
  faults.call = throttleCalls(2, posts);
  expect(await ada.emit("message", newMessage("late"))).toMatchObject({ ok: true });
  await bob.heard.next("message", ({ text }: { text: string }) => text === "late");
});

test("a function that is killed before it appends has written nothing (promise 3)", async () => {
  const { call, killed } = killBefore(1, appends);
  faults.call = call;
  const message = newMessage("killed before");
  ada.send("message", message);
  await killed;
  expect(await logged(message.id)).toBe(0);
  expect(await ada.emit("message", message)).toMatchObject({ ok: true });
  expect(await logged(message.id)).toBe(1);
});

test("after a function is killed that has appended a message, the client's retry tells the others (promise 3)", async () => {
  const { call, killed } = killAfter(1, appends);
  faults.call = call;
  const message = newMessage("killed after");
  ada.send("message", message);
  await killed;
  expect(await logged(message.id)).toBe(1);
  expect(heard()).not.toContain("killed after");
  expect(await ada.emit("message", message)).toMatchObject({ ok: true });
  expect(await logged(message.id)).toBe(1);
  await bob.heard.next("message", ({ text }: { text: string }) => text === "killed after");
});

test("a message with a file is busy while S3 throttles, and can be sent again", async () => {
  const files = [await upload(ada, "lobby")];
  faults.call = throttleCalls(1, ({ service }) => service === "s3");
  const message = { ...newMessage("with a file"), files };
  expect(codeOf(await ada.emit("message", message))).toBe("busy");
  expect(await logged(message.id)).toBe(0);
  expect(await ada.emit("message", message)).toMatchObject({ ok: true });
});

test("a function that is told late that it has appended goes on where it was", async () => {
  const { call, reached, release } = holdAnswer(1, appends);
  faults.call = call;
  const message = newMessage("held");
  const ack = ada.emit("message", message);
  await reached;
  await expect.poll(() => logged(message.id)).toBe(1);
  expect(heard()).not.toContain("held");
  release();
  expect(await ack).toMatchObject({ ok: true });
  await bob.heard.next("message", ({ text }: { text: string }) => text === "held");
});

test.each([
  ["a bare WebSocket", openBare],
  ["a stock client", openStock],
])(
  "%s that floods is told so and then closed, and nobody else notices (promise 11)",
  async (_, open) => {
    const mallory = await open(stack.origin, { name: "Mallory" });
    // One after the other, so that one environment sees them all.
    const ask = () => mallory.emit("heads", { rooms: {} });
    const closed = mallory.heard.next("disconnect").then(() => "closed");
    const codes: string[] = [];
    for (let code = ""; code !== "closed" && codes.length < 1_000; codes.push(code)) {
      code = await Promise.race([closed, ask().then(codeOf)]);
    }
    expect(codes.filter((code) => code === "ok").length).toBeGreaterThanOrEqual(MAX_FRAMES - 1);
    expect(new Set(codes)).toEqual(new Set(["ok", "rate_limited", "closed"]));
    expect(await ada.emit("message", newMessage("after the flood"))).toMatchObject({ ok: true });
    await bob.heard.next("message", ({ text }: { text: string }) => text === "after the flood");
  },
);

test("a client that stops reading is closed, and the messages of the others go on (promise 11)", async () => {
  const mallory = await BareSocket.open(stack.origin);
  const { user } = await mallory.connect({ name: "Mallory" });
  const room = newRoom();
  for (const one of [ada, bob, mallory]) await one.emit("joinRoom", { room });
  for (let n = 0; n < 10; n++) {
    expect(await ada.emit("message", { ...newMessage("語".repeat(4_000)), room })).toMatchObject({
      ok: true,
    });
  }
  const gone = bob.heard.next(
    "presence",
    (told: { user: { id: string }; online: boolean }) => told.user.id === user.id && !told.online,
  );
  // More than the service keeps for a client, and the system for a socket.
  mallory.ws.pause();
  for (let n = 0; n < MAX_FRAMES - 20; n++) {
    mallory.frame({ action: "history", data: [{ room }], id: 1_000 + n });
  }
  let isGone = false;
  void gone.then(() => {
    isGone = true;
  });
  for (let n = 0; !isGone; n++) {
    const message = { ...newMessage(`going on ${n}`), room };
    expect(await ada.emit("message", message)).toMatchObject({ ok: true });
    await bob.heard.next("message", ({ id }: { id: string }) => id === message.id);
    await sleep(400);
  }
  mallory.ws.terminate();
});
