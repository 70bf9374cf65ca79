import { afterEach, describe, expect, test, vi } from "vitest";
import { db } from "../../functions/store/client.ts";
import { frames } from "../../functions/wire/frame-brake.ts";
import { FRAME_WINDOW_MS, MAX_FRAMES, MAX_FRAMES_OPEN } from "../../protocol/limits.ts";
import { newConnected, newRaw } from "./raw.ts";
import { closed, mockPosts, newConnectionId, newPerson, sendOnTop } from "./world.ts";

/**
 * A connection that sends too many frames is answered rate_limited, and then closed (promise 11).
 */

mockPosts();
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  frames.clear();
});

const PING = '{"action":"ping"}';
const error = { code: "rate_limited", message: expect.any(String) };

/** Sends frames that are all served. */
async function send(connectionId: string, count: number, frame = PING): Promise<void> {
  for (let n = 0; n < count; n++) await sendOnTop(connectionId, frame);
}

describe(`above ${MAX_FRAMES} frames in 10 seconds`, () => {
  const refused: [string, string, unknown][] = [
    ["a ping", PING, { action: "error", data: [error] }],
    [
      "an event that asks for an ack",
      '{"action":"heads","data":[{"rooms":{}}],"id":7}',
      { action: "ack", data: [{ ok: false, error }], id: 7 },
    ],
    [
      "an event of which only the id can be read",
      '{"action":"heads","data":{},"id":8}',
      { action: "ack", data: [{ ok: false, error }], id: 8 },
    ],
    [
      "CONNECT",
      '{"action":"connect","data":{"name":"ada"}}',
      { action: "connect_error", data: { message: error.message, data: { code: error.code } } },
    ],
    [
      "an ack, whose id is none of the client's",
      '{"action":"ack","data":[],"id":7}',
      { action: "error", data: [error] },
    ],
    ["31 KB of nonsense", "x".repeat(31 * 1024), { action: "error", data: [error] }],
  ];
  test.each(refused)("%s is rate_limited, and no table is read", async (_, frame, answer) => {
    const connectionId = newConnectionId();
    await send(connectionId, MAX_FRAMES);
    const commands = vi.spyOn(db, "send");
    expect(JSON.parse((await sendOnTop(connectionId, frame)) ?? "")).toEqual(answer);
    expect(commands).not.toHaveBeenCalled();
    expect(closed).toEqual([]);
  });

  test("a raw connection is told in its own dialect", async () => {
    const connectionId = await newConnected();
    await send(connectionId, MAX_FRAMES, "6");
    const answers = [];
    for (const frame of ['427["heads",{"rooms":{}}]', "3", "4nonsense", '451-7["heads",{}]']) {
      answers.push((await sendOnTop(connectionId, frame))?.split(/[{[]/)[0]);
    }
    expect(answers).toEqual(["437", "42", "42", "437"]);
    expect(closed).toEqual([]);
  });

  test("another connection is served, and so is this one when the 10 seconds are over", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { connectionId } = await newPerson();
    await send(connectionId, MAX_FRAMES);
    expect(await sendOnTop(connectionId, PING)).toContain("rate_limited");
    expect(await sendOnTop(newConnectionId(), PING)).toBe(PING);
    vi.setSystemTime(Date.now() + FRAME_WINDOW_MS);
    expect(await sendOnTop(connectionId, PING)).toBe(PING);
    // The former window is forgotten.
    expect([...frames]).toEqual([[connectionId, 1]]);
  });
});

test.each([
  ["an envelope connection", async () => newConnectionId(), PING, undefined],
  ["a raw connection", newRaw, "3", "6"],
])(
  `%s is closed above ${MAX_FRAMES_OPEN} frames in 10 seconds, once`,
  async (_, open, frame, answer) => {
    const connectionId = await open();
    await send(connectionId, MAX_FRAMES_OPEN, frame);
    expect(closed).toEqual([]);
    expect(await sendOnTop(connectionId, frame)).toBe(answer);
    await send(connectionId, MAX_FRAMES - 1, frame);
    expect(closed).toEqual([connectionId]);
  },
);
