import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { Auth, clientSchemas } from "../../protocol/events.ts";

const id = "1b4e28ba-2fa1-41d2-883f-0016d3cca427";

describe("the schemas of the client events", () => {
  test.each([
    ["joinRoom", { room: "lobby" }],
    ["joinRoom", { room: "a-1", after: 0 }],
    ["joinRoom", { room: "x".repeat(63) }],
    ["leaveRoom", { room: "tea" }],
    ["message", { room: "lobby", id, text: "x" }],
    ["message", { room: "lobby", id, text: "x".repeat(4_000), after: 12 }],
    ["history", { room: "lobby", before: 10, limit: 100 }],
    ["history", { room: "lobby", after: 0 }],
    ["rooms", {}],
    ["rooms", { query: "tea", after: "lobby", limit: 1 }],
    ["heads", { rooms: { lobby: 4, tea: 0 } }],
    ["message", { room: "lobby", id, text: "x", replyTo: 1, mentions: ["0123456789abcdef0123"] }],
    ["edit", { room: "lobby", id, seq: 1, text: "x" }],
    ["delete", { room: "lobby", id, seq: 1 }],
    ["react", { room: "lobby", id, seq: 1, emoji: "👩‍👩‍👧‍👦", on: false }],
    ["read", { room: "lobby", seq: 0 }],
    ["search", { text: "x", room: "lobby", before: "lobby:1:1", until: "2026-08-31" }],
  ] as const)("%s takes %j", (event, data) => {
    expect(v.safeParse(clientSchemas[event], data).success).toBe(true);
  });

  test.each([
    ["joinRoom", undefined],
    ["joinRoom", {}],
    ["joinRoom", { room: "" }],
    ["joinRoom", { room: "Tea" }],
    ["joinRoom", { room: "-tea" }],
    ["joinRoom", { room: "@user" }],
    ["joinRoom", { room: "!public" }],
    ["joinRoom", { room: "x".repeat(64) }],
    ["joinRoom", { room: "tea", after: -1 }],
    ["joinRoom", { room: "tea", after: "1" }],
    ["message", { room: "lobby", id, text: "" }],
    ["message", { room: "lobby", id, text: "x".repeat(4_001) }],
    ["message", { room: "lobby", id: "1", text: "x" }],
    ["message", { room: "lobby", text: "x" }],
    ["message", { room: "lobby", id, text: 7 }],
    ["history", { room: "lobby", before: 3, after: 1 }],
    ["history", { room: "lobby", limit: 101 }],
    ["history", { room: "lobby", limit: 0 }],
    ["rooms", { query: "x".repeat(65) }],
    ["heads", { rooms: Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`r${n}`, 0])) }],
    ["heads", { rooms: { Lobby: 1 } }],
    ["heads", { rooms: [1] }],
    ["message", { room: "lobby", id, text: "x", mentions: ["Bob"] }],
    ["react", { room: "lobby", id, seq: 1, emoji: "x" }],
    ["react", { room: "lobby", id, seq: 1, emoji: "" }],
    ["search", { text: "" }],
    ["rooms", "tea"],
  ] as const)("%s refuses %j", (event, data) => {
    expect(v.safeParse(clientSchemas[event], data).success).toBe(false);
  });
});

describe("the auth", () => {
  test("folds the spaces of a name", () => {
    expect(v.parse(Auth, { name: "  Ada \n Lovelace " })).toEqual({ name: "Ada Lovelace" });
  });

  test("prefers the token to a name", () => {
    expect(v.parse(Auth, { name: "Ada", token: "t" })).toEqual({ token: "t" });
  });

  test.each([
    ["nothing", undefined],
    ["no name", {}],
    ["an empty name", { name: " " }],
    ["a name of 33 characters", { name: "x".repeat(33) }],
    ["control characters in the name", { name: "a\u0000b" }],
    ["a right-to-left override in the name", { name: "a\u202eb" }],
    ["a name that is no string", { name: 7 }],
  ])("refuses %s", (_, auth) => {
    expect(v.safeParse(Auth, auth).success).toBe(false);
  });
});
