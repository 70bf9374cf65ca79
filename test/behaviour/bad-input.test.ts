import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BareSocket, openAdapter } from "../support/clients.ts";
import { type Stack, startStack } from "../support/stack.ts";

/** Whatever is sent: a code from the closed set, and the connection stays (promise 9). */

let stack: Stack;
let socket: BareSocket;
beforeAll(async () => {
  stack = await startStack();
  socket = await BareSocket.open(stack.origin);
  await socket.connect({ name: "Mallory" });
  const owner = await BareSocket.open(stack.origin);
  await owner.connect({ name: "Owner" });
  await owner.emit("joinRoom", { room: "others" });
});
afterAll(async () => {
  await stack.stop();
  await stack.remove();
});

async function stillThere(): Promise<void> {
  expect(await socket.emit("heads", { rooms: {} })).toMatchObject({ ok: true });
}

const id = "1b4e28ba-2fa1-41d2-883f-0016d3cca427";

describe("a frame that is", () => {
  test.each([
    ["empty", ""],
    ["not JSON", "hello"],
    ["cut off", '{"action":"message"'],
    ["an array", "[1,2]"],
    ["a number", "42"],
    ["a number that would close a raw connection", "1"],
    ["half a packet of the raw dialect", '42["joinRoom"'],
    ["a packet of the raw dialect that only a server sends", "0{}"],
    ["null", "null"],
    ["true", "true"],
    ["a string", '"x"'],
    ["without an action", '{"data":[]}'],
    ["of a numeric action", '{"action":1}'],
    ["of an unknown action", '{"action":"fly","data":[]}'],
    ["of an action of Object's", '{"action":"constructor","data":[]}'],
    ["of the action __proto__", '{"action":"__proto__","data":[]}'],
    ["a connect_error", '{"action":"connect_error","data":{"message":"x"}}'],
    ["of the wrong shape", '{"action":"joinRoom","data":[7]}'],
    ["of data that is no array", '{"action":"joinRoom","data":{"room":"lobby"}}'],
    ["31 KB of nonsense", "x".repeat(31 * 1024)],
    ["deeply nested", `{"action":"joinRoom","data":${"[".repeat(9_000)}${"]".repeat(9_000)}}`],
    ["another connect", '{"action":"connect","data":{"name":"Again"}}'],
  ])("%s is told so, where no ack was asked for", async (_, frame) => {
    const before = socket.heard.events.length;
    socket.frame(frame);
    const answer = frame.includes('"connect"') ? "connect_error" : "error";
    await expect
      .poll(() => socket.heard.events.slice(before))
      .toEqual([
        {
          name: answer,
          args: [expect.objectContaining({ message: expect.any(String) })],
        },
      ]);
    expect(JSON.stringify(socket.heard.events.at(-1))).toContain('"bad_request"');
    await stillThere();
  });
});

describe("an event", () => {
  test.each([
    ["fly", {}, "bad_request"],
    ["joinRoom", undefined, "bad_request"],
    ["joinRoom", { room: "No Such" }, "bad_request"],
    ["joinRoom", { room: "p-secret" }, "not_found"],
    ["joinRoom", { room: "d-0123" }, "not_found"],
    ["leaveRoom", { room: "nowhere" }, "not_found"],
    ["leaveRoom", { room: "others" }, "forbidden"],
    ["leaveRoom", { room: "lobby" }, "forbidden"],
    ["message", { room: "nowhere", id, text: "x" }, "not_found"],
    ["message", { room: "others", id, text: "x" }, "forbidden"],
    ["message", { room: "lobby", id: "1", text: "x" }, "bad_request"],
    ["message", { room: "lobby", id, text: "" }, "bad_request"],
    ["message", { room: "lobby", id, text: "x".repeat(4_001) }, "too_large"],
    ["message", { room: "lobby", id }, "bad_request"],
    [
      "message",
      { room: "lobby", id, text: "x", mentions: Array(11).fill("0".repeat(20)) },
      "too_large",
    ],
    ["edit", { room: "lobby", id, seq: 1, text: "" }, "bad_request"],
    ["edit", { room: "lobby", id, seq: 1, text: "x".repeat(4_001) }, "too_large"],
    ["delete", { room: "lobby", id, seq: -1 }, "bad_request"],
    ["react", { room: "lobby", id, seq: 1, emoji: "ok" }, "bad_request"],
    ["react", { room: "lobby", id, seq: 1, emoji: "👍👍" }, "bad_request"],
    ["read", { room: "lobby", seq: 1.5 }, "bad_request"],
    ["search", { text: "  " }, "bad_request"],
    ["search", { text: "x".repeat(65) }, "too_large"],
    ["history", { room: "nowhere" }, "not_found"],
    ["history", { room: "others" }, "forbidden"],
    ["history", { room: "lobby", limit: 101 }, "too_large"],
    ["history", { room: "lobby", before: 2, after: 1 }, "bad_request"],
    ["rooms", [], "bad_request"],
    ["rooms", { limit: "many" }, "bad_request"],
    [
      "heads",
      { rooms: Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`r${n}`, 0])) },
      "too_large",
    ],
  ])("%s %j is acknowledged as %s", async (event, data, code) => {
    expect(await socket.emit(event, data)).toEqual({
      ok: false,
      error: { code, message: expect.any(String) },
    });
    await stillThere();
  });

  test("whose data is malformed is acknowledged, if its id can be read", async () => {
    socket.frame('{"action":"joinRoom","data":"lobby","id":999}');
    expect(await socket.heard.next("ack 999")).toMatchObject([{ error: { code: "bad_request" } }]);
  });
});

describe("before connect", () => {
  test("everything but ping is unauthorized, and connecting works after all", async () => {
    const early = await BareSocket.open(stack.origin);
    early.frame('{"action":"ping"}');
    await early.heard.next("ping");
    for (const [event, data] of [
      ["joinRoom", { room: "lobby" }],
      ["leaveRoom", { room: "lobby" }],
      ["message", { room: "lobby", id, text: "x" }],
      ["history", { room: "lobby" }],
      ["rooms", {}],
      ["heads", { rooms: {} }],
      ["edit", { room: "lobby", id, seq: 1, text: "x" }],
      ["delete", { room: "lobby", id, seq: 1 }],
      ["react", { room: "lobby", id, seq: 1, emoji: "👍" }],
      ["read", { room: "lobby", seq: 1 }],
      ["search", { text: "x" }],
      ["search", { text: "x", room: "lobby" }],
      ["chat message", "x"],
      ["joinRoom", { room: "NO" }],
      ["fly", {}],
    ] as const) {
      expect(await early.emit(event, data), event).toMatchObject({
        error: { code: "unauthorized" },
      });
    }
    expect(await early.connect({ name: "Late" })).toMatchObject({ user: { name: "Late" } });
    await early.close();
  });

  test.each([
    [{ name: "" }, "bad_request"],
    [{ name: "x".repeat(33) }, "too_large"],
    [{ name: 7 }, "bad_request"],
    [{}, "bad_request"],
    ["Ada", "bad_request"],
    [null, "bad_request"],
    [{ token: "nonsense" }, "unauthorized"],
    [{ token: `${"0".repeat(20)}.${"A".repeat(43)}` }, "unauthorized"],
  ])("%j is refused as %s, and the connection may try again", async (auth, code) => {
    const early = await BareSocket.open(stack.origin);
    early.frame({ action: "connect", data: auth });
    expect(await early.heard.next("connect_error")).toEqual([
      { message: expect.any(String), data: { code } },
    ]);
    await early.connect({ name: "Ada" });
    await early.close();
  });

  test("another namespace is not found", async () => {
    const early = await BareSocket.open(stack.origin);
    early.frame('{"action":"connect","data":{"name":"Ada"},"nsp":"/admin"}');
    expect(await early.heard.next("connect_error")).toEqual([
      { message: "Invalid namespace", data: { code: "not_found" } },
    ]);
    await early.close();
  });
});

test("the adapter refuses what exceeds 32 KB itself, and the connection stays", async () => {
  const client = await openAdapter(stack.origin, { name: "Ada" });
  expect(
    await client.emit("message", { room: "lobby", id, text: "x".repeat(40_000) }),
  ).toMatchObject({ ok: false, error: { code: "too_large" } });
  expect(await client.emit("heads", { rooms: {} })).toMatchObject({ ok: true });
  await client.close();
});

test("after DISCONNECT the connection is a stranger's, and may connect anew", async () => {
  const client = await BareSocket.open(stack.origin);
  await client.connect({ name: "Ada" });
  client.frame('{"action":"disconnect"}');
  await expect
    .poll(() => client.emit("rooms", {}))
    .toMatchObject({
      error: { code: "unauthorized" },
    });
  client.heard.events.length = 0;
  await client.connect({ name: "Ada" });
  await client.close();
});

test.each(["/ws", "/ws/", "/ws?a=b", "/socket.io", "/socket.io/"])(
  "the socket answers at %s",
  async (path) => {
    const client = await BareSocket.open(stack.origin, path);
    await client.connect({ name: "Ada" });
    await client.close();
  },
);
