import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { BareSocket, openAdapter } from "../support/clients.ts";
import { stack } from "./world.ts";

/**
 * Every malformed frame is answered by a code of the closed set, and the connection stays (promise
 * 9).
 */

let socket: BareSocket;
beforeAll(async () => {
  socket = await BareSocket.open(stack.origin);
  await socket.connect({ name: "Mallory" });
});
afterAll(() => socket.close());

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
  ])("%s is answered by the event error", async (_, frame) => {
    const name = frame.includes('"connect"') ? "connect_error" : "error";
    const answers = () => socket.heard.events.filter((event) => /error/.test(event.name));
    const before = answers().length;
    socket.frame(frame);
    await expect
      .poll(() => answers().slice(before))
      .toEqual([{ name, args: [expect.objectContaining({ message: expect.any(String) })] }]);
    expect(JSON.stringify(answers().at(-1))).toContain('"bad_request"');
    await stillThere();
  });
});

test("an event whose data is malformed is acknowledged, if its id can be read", async () => {
  socket.frame('{"action":"joinRoom","data":"lobby","id":999}');
  expect(await socket.heard.next("ack 999")).toMatchObject([{ error: { code: "bad_request" } }]);
});

test("the adapter refuses what exceeds 32 KB itself, and the connection stays", async () => {
  const client = await openAdapter(stack.origin, { name: "Ada" });
  expect(
    await client.emit("message", { room: "lobby", id, text: "x".repeat(40_000) }),
  ).toMatchObject({ ok: false, error: { code: "too_large" } });
  expect(await client.emit("heads", { rooms: {} })).toMatchObject({ ok: true });
  await client.close();
});

test("after DISCONNECT the connection has no user, and may connect again", async () => {
  const client = await BareSocket.open(stack.origin);
  const { token } = await client.connect({ name: "Ada" });
  client.frame('{"action":"disconnect"}');
  await expect
    .poll(() => client.emit("rooms", {}))
    .toMatchObject({
      error: { code: "unauthorized" },
    });
  // Until the server is done with the first person, a second CONNECT is refused.
  let answer: string | undefined;
  do {
    client.heard.events.length = 0;
    client.frame({ action: "connect", data: { token } });
    answer = await Promise.race(
      ["session", "connect_error"].map(async (name) => {
        await client.heard.next(name);
        return name;
      }),
    );
  } while (answer !== "session");
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

test("a page of another site is refused with 403, and the chat's own page may connect", async () => {
  const status = (origin: string) =>
    new Promise<number | undefined>((resolve) => {
      const ws = new WebSocket(`${stack.origin.replace("http", "ws")}/ws`, { origin });
      ws.on("unexpected-response", (_, response) => resolve(response.statusCode));
      ws.on("error", () => {});
      ws.on("open", () => {
        ws.close();
        resolve(101);
      });
    });
  expect(await status("https://evil.example")).toBe(403);
  expect(await status(stack.origin)).toBe(101);
  expect(await status(stack.origin.replace("localhost", "127.0.0.1"))).toBe(101);
});
