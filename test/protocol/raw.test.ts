import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FrameError } from "../../protocol/errors.ts";
import type { Incoming, Packet } from "../../protocol/packet.ts";
import { BinaryError, decodeRaw, encodeOpen, encodeRaw } from "../../protocol/raw.ts";

/** The raw dialect: what a frame is, both ways. The rules of a conversation are in `conformance`. */

describe("a packet is the frame that stock clients know", () => {
  const packets: [Packet, string][] = [
    [{ type: "connect", nsp: "/", data: { sid: "s", pid: "p" } }, '40{"sid":"s","pid":"p"}'],
    [{ type: "connect_error", nsp: "/x", data: { message: "m" } }, '44/x,{"message":"m"}'],
    [{ type: "disconnect", nsp: "/" }, "41"],
    [
      { type: "event", nsp: "/", name: "message", args: [{ a: 1 }, "2"] },
      '42["message",{"a":1},"2"]',
    ],
    [{ type: "event", nsp: "/x", name: "e", args: [], id: 7 }, '42/x,7["e"]'],
    [{ type: "ack", nsp: "/", id: 12, args: [{ ok: true }] }, '4312[{"ok":true}]'],
  ];
  test.each(packets)("%j", (packet, frame) => {
    expect(encodeRaw(packet)).toBe(frame);
    expect(decodeRaw(frame)).toEqual(packet);
  });

  test("the ping, which only the server sends", () => {
    expect(encodeRaw({ type: "ping" })).toBe("2");
    expect(() => decodeRaw("2")).toThrow(FrameError);
  });

  test("the open packet", () => {
    const timers = { pingInterval: 1, pingTimeout: 2, maxPayload: 3 };
    expect(encodeOpen({ sid: "s", ...timers })).toBe(
      '0{"sid":"s","upgrades":[],"pingInterval":1,"pingTimeout":2,"maxPayload":3}',
    );
  });
});

test.each<[string, Incoming]>([
  ["3", { type: "noop" }],
  ["3probe", { type: "noop" }],
  ["5", { type: "noop" }],
  ["6", { type: "noop" }],
  ["bAQIDBA==", { type: "noop" }],
  ["1", { type: "close" }],
  ['461-7[{"_placeholder":true,"num":0}]', { type: "noop" }],
])("the frame %s is a noop, or a close packet", (frame, packet) => {
  expect(decodeRaw(frame)).toEqual(packet);
});

test("an event with attachments can be answered, since its namespace and id are read", () => {
  const decode = () => decodeRaw('452-/x,7["e",{"_placeholder":true,"num":0},{}]');
  expect(decode).toThrow(BinaryError);
  expect(decode).toThrow(expect.objectContaining({ nsp: "/x", id: 7, code: "bad_request" }));
});

test.each([
  '429007199254740992["e"]',
  '4210000000000000000000000["e"]',
  "439007199254740992[]",
  '451-9007199254740992["e",{"_placeholder":true,"num":0}]',
])("%s has an id above 2^53, and is no packet", (frame) => {
  expect(() => decodeRaw(frame)).toThrow(new FrameError("The packet is malformed"));
});

test.each([
  ["a frame without a type", "abc"],
  ["an empty frame", ""],
  ["JSON", '{"action":"ping"'],
  ["an open packet, which only servers send", "0{}"],
  ["an empty message", "4"],
  ["an unknown type", "4abc"],
  ["an event without arguments", "42"],
  ["an event whose payload is not an array", "42{}"],
  ["an event with a reserved name", '42["connect"]'],
  ["an id that is not a number", '42abc["e"]'],
  ["an ack without an id", "43[]"],
  ["a CONNECT whose payload is not an object", "40[]"],
  ["a wrong number of attachments", '450-["e"]'],
])("%s is no packet", (_, frame) => {
  expect(() => decodeRaw(frame)).toThrow(FrameError);
});

test("the id 2^53 - 1 is accepted", () => {
  expect(decodeRaw('429007199254740991["e"]')).toMatchObject({ id: Number.MAX_SAFE_INTEGER });
});

test("bytes are not sent: their frames could arrive in any order", () => {
  const event = { type: "event", nsp: "/", name: "e", args: [new Uint8Array(3)] } as const;
  expect(() => encodeRaw({ ...event, args: [...event.args] })).toThrow("base64");
});

test("every frame is either a packet or a FrameError", () => {
  const frame = fc.oneof(
    fc.string(),
    fc.string().map((text) => `4${text}`),
    fc
      .tuple(fc.constantFrom("40", "41", "42", "43", "44", "451-"), fc.json())
      .map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(frame, (text) => {
      try {
        decodeRaw(text);
      } catch (error) {
        expect(error).toBeInstanceOf(FrameError);
      }
    }),
  );
});
