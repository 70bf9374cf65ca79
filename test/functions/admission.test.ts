import { afterEach, describe, expect, test } from "vitest";
import { settings } from "../../functions/chat/access.ts";
import { connect, emit, mockPosts, newConnectionId } from "./world.ts";

/** What the deployer can set about who comes in. */

mockPosts();

const usual = { joinKeyHash: undefined, ...settings };
afterEach(() => void Object.assign(settings, usual));

/** Of "open sesame". */
const joinKeyHash = "41ef4bb0b23661e66301aac36066912dac037827b4ae63a7b1165a5aa93ed4eb";

const refused = (message: string) => ({
  type: "connect_error",
  data: { message, data: { code: "forbidden" } },
});

describe("with a joinKey", () => {
  test("a new guest needs the key, and a returning one does not", async () => {
    Object.assign(settings, { joinKeyHash });
    expect(await connect(newConnectionId(), { name: "ada" })).toMatchObject(
      refused("A key is needed to come in"),
    );
    expect(await connect(newConnectionId(), { name: "ada", key: "open barley" })).toMatchObject(
      refused("This is not the key"),
    );
    const { user, token } = await connect(newConnectionId(), { name: "ada", key: "open sesame" });
    expect(await connect(newConnectionId(), { token })).toMatchObject({ user });
  });
});

test("with guests=off nobody comes in by a name, and a guest of before returns", async () => {
  const { user, token } = await connect(newConnectionId(), { name: "ada" });
  Object.assign(settings, { guests: false });
  expect(await connect(newConnectionId(), { name: "bob" })).toMatchObject(
    refused("Sign in to come in"),
  );
  expect(await connect(newConnectionId(), { token })).toMatchObject({ user });
});

describe("with lobby=off", () => {
  test("a new person is in no room, and joins others as usual", async () => {
    Object.assign(settings, { lobby: false });
    const ada = newConnectionId();
    expect(await connect(ada, { name: "ada" })).toMatchObject({ rooms: [] });
    expect(await emit(ada, "joinRoom", { room: "tea" })).toMatchObject({ ok: true });
  });

  test("the lobby of before is not there for anybody, whatever one sends", async () => {
    const { token } = await connect(newConnectionId(), { name: "ada" });
    Object.assign(settings, { lobby: false });
    const ada = newConnectionId();
    expect(await connect(ada, { token })).toMatchObject({ rooms: [] });
    for (const [event, data] of [
      ["joinRoom", { room: "lobby" }],
      ["getRoom", { room: "lobby" }],
      ["people", {}],
      ["history", { room: "lobby" }],
      ["message", { room: "lobby", id: crypto.randomUUID(), text: "hi" }],
    ] as const) {
      expect(await emit(ada, event, data), event).toMatchObject({
        ok: false,
        error: { code: "not_found" },
      });
    }
  });
});
