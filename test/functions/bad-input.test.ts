import { beforeAll, describe, expect, test } from "vitest";
import { connect, emit, mockPosts, newConnectionId, newPerson, sendFrame } from "./world.ts";

/** Whatever an event's data is, its ack has a code of the closed set (promise 9). */
mockPosts();

const id = "1b4e28ba-2fa1-41d2-883f-0016d3cca427";

describe("an event", () => {
  let mallory: string;
  beforeAll(async () => {
    ({ connectionId: mallory } = await newPerson("mallory"));
    const owner = await newPerson("owner");
    await emit(owner.connectionId, "joinRoom", { room: "others" });
  });

  test.each([
    ["fly", {}, "bad_request"],
    ["joinRoom", undefined, "bad_request"],
    ["joinRoom", { room: "No Such" }, "bad_request"],
    ["joinRoom", { room: "p-secret" }, "not_found"],
    ["joinRoom", { room: "d-0123" }, "not_found"],
    ["joinRoom", { room: "nowhere", create: false }, "not_found"],
    ["getRoom", { room: "nowhere" }, "not_found"],
    ["getRoom", { room: "p-secret" }, "not_found"],
    ["createRoom", { name: "x", id: "1" }, "bad_request"],
    ["setRoom", { room: "others" }, "bad_request"],
    ["setRoom", { room: "others", owner: "me" }, "bad_request"],
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
    expect(await emit(mallory, event, data)).toEqual({
      ok: false,
      error: { code, message: expect.any(String) },
    });
    expect(await emit(mallory, "heads", { rooms: {} })).toMatchObject({ ok: true });
  });
});

describe("the message of an error", () => {
  test.each([
    ["joinRoom", {}, "room is missing"],
    ["joinRoom", [], "data must be an object, not an array"],
    ["joinRoom", "tea", "data must be an object, not a string"],
    ["joinRoom", { room: 5 }, "room must be a string, not a number"],
    ["joinRoom", { room: null }, "room must be a string, not null"],
    ["message", { room: "lobby", id, text: ["x"] }, "text must be a string, not an array"],
    ["createRoom", { name: "x", kind: "open" }, 'kind must be "public" or "private"'],
    ["history", { room: "lobby", limit: 1.5 }, "limit must be a whole number"],
    ["history", { room: "lobby", limit: 0 }, "limit must be at least 1"],
    ["history", { room: "lobby", limit: 101 }, "limit must be at most 100"],
    ["history", { room: "lobby", before: 2, after: 1 }, "data must not hold both before and after"],
    ["rooms", { query: "x".repeat(65) }, "query must have a length of at most 64"],
    ["heads", { rooms: { "No Such": 1 } }, "rooms must be an object of seqs by room"],
    ["heads", { rooms: [1] }, "rooms must be an object of seqs by room"],
    ["heads", { rooms: { lobby: -1 } }, "rooms must be an object of seqs by room"],
  ])("for %s %j is: %s", async (event, data, message) => {
    const { connectionId } = await newPerson();
    expect((await emit(connectionId, event, data)).error.message).toBe(message);
  });
});

describe("before connect", () => {
  test("everything but ping is unauthorized, and connecting works after all", async () => {
    const early = newConnectionId();
    expect(await sendFrame(early, '{"action":"ping"}')).toContain("ping");
    for (const [event, data] of [
      ["joinRoom", { room: "lobby" }],
      ["getRoom", { room: "lobby" }],
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
      ["joinRoom", { room: "NO" }],
      ["fly", {}],
    ] as const) {
      expect(await emit(early, event, data), event).toMatchObject({
        error: { code: "unauthorized" },
      });
    }
    expect(await connect(early, { name: "Late" })).toMatchObject({ user: { name: "Late" } });
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
    const early = newConnectionId();
    expect(await connect(early, auth)).toMatchObject({
      type: "connect_error",
      data: { message: expect.any(String), data: { code } },
    });
    expect(await connect(early, { name: "Ada" })).toMatchObject({ user: { name: "Ada" } });
  });

  test("an auth object that names nobody is called auth, as it is in the client", async () => {
    const message = "auth must hold a token, a link's code, or the name of a new guest";
    expect(await connect(newConnectionId(), {})).toMatchObject({ data: { message } });
  });

  test("another namespace is not found", async () => {
    const frame = '{"action":"connect","data":{"name":"Ada"},"nsp":"/admin"}';
    expect(await sendFrame(newConnectionId(), frame)).toContain(
      '{"message":"Invalid namespace","data":{"code":"not_found"}}',
    );
  });
});
