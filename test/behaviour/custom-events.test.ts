import { io, type Socket } from "socket.io-client";
import { afterEach, describe, expect, test } from "vitest";
import { shareCursor } from "../../docs/examples/cursor.mjs";
import { natter } from "../../protocol/client/natter.ts";
import { MAX_CUSTOM_BYTES } from "../../protocol/limits.ts";
import { newRoom } from "../support/acks.ts";
import { BareSocket, Heard } from "../support/clients.ts";
import { stack } from "./world.ts";

/** Custom events, whose names have a colon. */

const closing: (() => unknown)[] = [];
afterEach(() => Promise.all(closing.splice(0).map((close) => close())));

async function connect(options: object, name: string) {
  const socket: Socket = io(stack.origin, { ...options, auth: { name }, forceNew: true });
  closing.push(() => socket.disconnect());
  const heard = new Heard();
  socket.onAny((event, ...args) => heard.add(event, args));
  await heard.next("session");
  return { socket, heard };
}

async function connectBare(auth: object) {
  const socket = await BareSocket.open(stack.origin);
  closing.push(() => socket.close());
  const { user, token } = await socket.connect(auth);
  return { socket, user, token, emit: (...event: [string, object]) => socket.emit(...event) };
}

const STOCK = { transports: ["websocket"] };

test.each([
  ["our adapter to a stock client", natter, STOCK],
  ["a stock client to our adapter", STOCK, natter],
])("the docs' shared cursor moves from %s", async (_, from, to) => {
  const room = newRoom();
  const [ada, bob] = await Promise.all([connect(from, "Ada"), connect(to, "Bob")]);
  const moved = new Promise((resolve) => {
    void shareCursor(bob.socket, room, ({ name }, x, y) => resolve({ name, x, y }));
  });
  await bob.socket.emitWithAck("joinRoom", { room });
  const move = await shareCursor(ada.socket, room, () => {});
  move(1, 2);
  move(3, 4);
  expect(await moved).toEqual({ name: "Ada", x: 3, y: 4 });
});

describe("a custom event", () => {
  test("reaches the other connections that watch the room, with its sender, and is not kept", async () => {
    const room = newRoom();
    const [ada, bob] = await Promise.all([
      connectBare({ name: "Ada" }),
      connectBare({ name: "Bob" }),
    ]);
    const tab = await connectBare({ token: ada.token });
    for (const one of [ada, bob, tab]) await one.emit("joinRoom", { room });
    // This one is in the room, but watches another one.
    const aside = await connectBare({ token: bob.token });

    const sent = { room, user: "somebody else", board: [["x", null]], __proto__: null };
    expect(await ada.emit("game:move", sent)).toEqual({ ok: true });
    const told = [{ room, board: [["x", null]], user: ada.user }];
    for (const one of [bob, tab]) expect(await one.socket.heard.next("game:move")).toEqual(told);
    await ada.emit("message", { room, id: crypto.randomUUID(), text: "fence" });
    for (const one of [bob, tab, aside]) await one.socket.heard.next("message");
    for (const one of [ada, aside]) expect(one.socket.heard.all("game:move")).toEqual([]);
    const { entries } = await bob.emit("history", { room });
    expect(entries).toHaveLength(1);
  });

  test("can be sent by members only", async () => {
    const ada = await connectBare({ name: "Ada" });
    const room = newRoom();
    await ada.emit("joinRoom", { room });
    const made = await ada.emit("createRoom", { name: "Tea", kind: "private" });
    const mallory = await connectBare({ name: "Mallory" });
    const codes = [];
    for (const where of [room, made.room.id, "no-such-room"]) {
      codes.push((await mallory.emit("game:move", { room: where })).error.code);
    }
    expect(codes).toEqual(["forbidden", "not_found", "not_found"]);
    expect(ada.socket.heard.all("game:move")).toEqual([]);
  });

  test("carries a room and up to 4 KB, and has a short name", async () => {
    const ada = await connectBare({ name: "Ada" });
    const room = newRoom();
    await ada.emit("joinRoom", { room });
    const filled = (bytes: number) => {
      const empty = JSON.stringify({ room, x: "" }).length;
      return { room, x: "é".repeat(10) + "x".repeat(bytes - empty - 20) };
    };
    expect(await ada.emit("game:move", filled(MAX_CUSTOM_BYTES))).toEqual({ ok: true });
    const nested = `${"[".repeat(15_000)}${"]".repeat(15_000)}`;
    ada.socket.frame(`{"action":"game:move","data":[{"room":"${room}","x":${nested}}],"id":99}`);
    const refused = {
      long: await ada.emit("game:move", filled(MAX_CUSTOM_BYTES + 1)),
      nested: (await ada.socket.heard.next("ack 99"))[0],
      nowhere: await ada.emit("game:move", {}),
      array: await ada.emit("game:move", []),
      name: await ada.emit(`game:${"x".repeat(60)}`, { room }),
      noColon: await ada.emit("game", { room }),
    };
    expect(refused).toMatchObject({
      long: { error: { code: "too_large" } },
      nested: { error: { code: "too_large" } },
      nowhere: { error: { code: "bad_request" } },
      array: { error: { code: "bad_request" } },
      name: { error: { code: "bad_request" } },
      noColon: { error: { code: "bad_request" } },
    });
  });
});
