import { describe, expect, test } from "vitest";
import { decodeEnvelope, encodeEnvelope } from "../../protocol/envelope.ts";
import { FrameError } from "../../protocol/errors.ts";
import type { Packet } from "../../protocol/packet.ts";

describe("the envelope dialect", () => {
  const frames: [string, Packet, string][] = [
    [
      "CONNECT with its auth",
      { type: "connect", nsp: "/", data: { name: "ada" } },
      '{"action":"connect","data":{"name":"ada"}}',
    ],
    [
      "CONNECT_ERROR",
      { type: "connect_error", nsp: "/", data: { message: "no", data: { code: "unauthorized" } } },
      '{"action":"connect_error","data":{"message":"no","data":{"code":"unauthorized"}}}',
    ],
    ["DISCONNECT", { type: "disconnect", nsp: "/" }, '{"action":"disconnect"}'],
    [
      "EVENT without an ack",
      { type: "event", nsp: "/", name: "left", args: [{ room: "tea" }], id: undefined },
      '{"action":"left","data":[{"room":"tea"}]}',
    ],
    [
      "EVENT that asks for an ack",
      { type: "event", nsp: "/", name: "message", args: [{ text: "hi" }, 2], id: 7 },
      '{"action":"message","data":[{"text":"hi"},2],"id":7}',
    ],
    [
      "EVENT of another namespace",
      { type: "event", nsp: "/custom", name: "hi", args: [], id: undefined },
      '{"action":"hi","data":[],"nsp":"/custom"}',
    ],
    [
      "ACK",
      { type: "ack", nsp: "/", id: 0, args: [{ ok: true }] },
      '{"action":"ack","data":[{"ok":true}],"id":0}',
    ],
    ["the keepalive", { type: "ping" }, '{"action":"ping"}'],
  ];

  test.each(frames)("writes and reads %s", (_, packet, frame) => {
    expect(encodeEnvelope(packet)).toBe(frame);
    expect(decodeEnvelope(frame)).toEqual(packet);
  });

  test.each([
    ["an empty frame", ""],
    ["text that is not JSON", "hello"],
    ["a number", "42"],
    ["null", "null"],
    ["a string", '"message"'],
    ["an array", '[{"action":"message"}]'],
    ["an object without an action", "{}"],
    ["an action that is no string", '{"action":7}'],
    ["an empty action", '{"action":""}'],
    ["data that is no array", '{"action":"message","data":{"text":"hi"}}'],
    ["an id that is no number", '{"action":"message","data":[],"id":"7"}'],
    ["a negative id", '{"action":"message","data":[],"id":-1}'],
    ["a fraction for an id", '{"action":"message","data":[],"id":1.5}'],
    ["a namespace that is no string", '{"action":"message","data":[],"nsp":{}}'],
    ["a namespace without its slash", '{"action":"message","data":[],"nsp":"custom"}'],
    ["an ack without an id", '{"action":"ack","data":[]}'],
  ])("refuses %s as bad_request", (_, frame) => {
    expect(() => decodeEnvelope(frame)).toThrow(FrameError);
    expect(() => decodeEnvelope(frame)).toThrow(expect.objectContaining({ code: "bad_request" }));
  });

  test("keeps the id of a refused frame, so that it can be acknowledged", () => {
    expect(() => decodeEnvelope('{"action":"message","data":"hi","id":3}')).toThrow(
      expect.objectContaining({ id: 3 }),
    );
  });

  test("takes an event without data as one without arguments", () => {
    expect(decodeEnvelope('{"action":"rooms","id":1}')).toEqual({
      type: "event",
      nsp: "/",
      name: "rooms",
      args: [],
      id: 1,
    });
  });
});
