import { afterEach, describe, expect, test, vi } from "vitest";
import { handler as open } from "../../functions/open.ts";
import { db } from "../../functions/store/client.ts";
import { getConnection, getDialect } from "../../functions/store/connections.ts";
import { bodies, newConnected, newRaw } from "./raw.ts";
import {
  closeConnection,
  closed,
  failEachStep,
  gone,
  interleave,
  invoked,
  lambdaContext,
  mockPosts,
  newPerson,
  newRoomId,
  onRequest,
  sendFrame,
  statuses,
  traces,
} from "./world.ts";

/** Connections of the raw dialect, from `$connect` on. */

mockPosts();
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("the open packet", () => {
  test("is left to the function open, which $connect invokes without waiting for it", async () => {
    const connectionId = await newRaw();
    expect(invoked).toEqual([{ name: "open", payload: { connectionId } }]);
    expect(await getDialect(connectionId)).toBe("raw");
  });

  test("is posted again while the connection does not exist yet, or the service is busy", async () => {
    const connectionId = await newRaw();
    statuses.set(connectionId, [410, 410, 429, 410]);
    await open({ connectionId }, lambdaContext());
    const [body = ""] = bodies(connectionId);
    expect(JSON.parse(body.slice(1))).toEqual({
      sid: connectionId,
      upgrades: [],
      pingInterval: 240_000,
      pingTimeout: 300_000,
      maxPayload: 32_768,
    });
  });

  test.each([410, 429])("is given up after a second of %i", async (status) => {
    const connectionId = await newRaw();
    vi.useFakeTimers({ toFake: ["Date"] });
    let tries = 0;
    onRequest(() => {
      tries++;
      vi.setSystemTime(Date.now() + 200);
    });
    statuses.set(connectionId, Array(20).fill(status));
    await open({ connectionId }, lambdaContext());
    expect(tries).toBeLessThanOrEqual(5);
    expect(bodies(connectionId)).toEqual([]);
  });

  test("is given up at once if the client has hung up, before the first post or after it", async () => {
    const connectionId = await newRaw();
    const tries: string[] = [];
    statuses.set(connectionId, Array(20).fill(410));
    onRequest((about) => {
      if (about === connectionId) tries.push(about);
    });
    await closeConnection(connectionId);
    await open({ connectionId }, lambdaContext());
    expect(tries).toHaveLength(0);

    const other = await newRaw();
    statuses.set(other, Array(20).fill(410));
    let gone: Promise<unknown> | undefined;
    onRequest((about) => {
      if (about !== other) return;
      tries.push(about);
      gone ??= closeConnection(other);
    });
    await open({ connectionId: other }, lambdaContext());
    await gone;
    expect(tries.length).toBeLessThan(5);
  });
});

describe("a raw connection", () => {
  test("connects, and is answered in its dialect", async () => {
    const connectionId = await newConnected();
    expect(bodies(connectionId)).toEqual([
      expect.stringMatching(`^40{"sid":"${connectionId.replaceAll("+", "\\+")}","pid":"`),
    ]);
    expect(await getConnection(connectionId)).toMatchObject({ dialect: "raw" });
    expect(await sendFrame(connectionId, '427["rooms"]')).toMatch(/^437\[\{"ok":true,/);
  });

  test("gets a noop for a pong, and no table is read", async () => {
    const connectionId = await newConnected();
    const send = vi.spyOn(db, "send");
    expect(await sendFrame(connectionId, "3")).toBe("6");
    expect(send).not.toHaveBeenCalled();
  });

  test.each(["before CONNECT", "while connected", "after DISCONNECT"])(
    "that breaks the protocol is closed, %s",
    async (when) => {
      const connectionId = await (when === "before CONNECT" ? newRaw() : newConnected());
      if (when === "after DISCONNECT") await sendFrame(connectionId, "41");
      expect(await sendFrame(connectionId, "42{}")).toBe("6");
      expect(closed).toEqual([connectionId]);
    },
  );

  test("gets a noop where there is nothing to answer: an empty frame would end a stock client", async () => {
    const connectionId = await newConnected();
    for (const frame of ['42["typing",{"room":"lobby"}]', "6", "430[]"]) {
      expect(await sendFrame(connectionId, frame), frame).toBe("6");
    }
    expect(await sendFrame(connectionId, "41"), "DISCONNECT").toBeUndefined();
  });

  test("that disconnects may connect again", async () => {
    const { connectionId: tab, token } = await newPerson("bob");
    await closeConnection(tab);
    const connectionId = await newConnected();
    await sendFrame(connectionId, "41");
    expect(await sendFrame(connectionId, '421["rooms"]')).toContain("unauthorized");
    expect(await sendFrame(connectionId, `40{"token":"${token}"}`)).toMatch(/^42\["session",/);
  });

  test("leaves no trace when it ends, with or without a user", async () => {
    for (const connectionId of [await newRaw(), await newConnected()]) {
      await closeConnection(connectionId);
      expect(await traces(connectionId)).toEqual([]);
    }
  });

  test("may try again after a CONNECT that failed at any step, and is still known as raw", () =>
    failEachStep(async () => {
      const connectionId = await newRaw();
      let answer: string | undefined;
      return {
        action: async () => {
          answer = await sendFrame(connectionId, '40{"name":"ada"}');
        },
        check: async (position) => {
          if (answer?.startsWith("42")) return;
          const again = await sendFrame(connectionId, '40{"name":"ada"}');
          // If the first try is still there, a step of undoing it has failed too.
          expect(again, position).toMatch(/^42\["session"|connected already/);
        },
      };
    }));

  test("that ends while it connects leaves no trace", () =>
    interleave(async () => {
      const connectionId = await newRaw();
      return {
        first: () => sendFrame(connectionId, '40{"name":"ada"}'),
        second: () => {
          gone.add(connectionId);
          return closeConnection(connectionId);
        },
        check: async (position) => {
          expect(await traces(connectionId), position).toEqual([]);
        },
      };
    }));

  test("that disconnects while it joins a room is in no room", () =>
    interleave(async () => {
      const connectionId = await newConnected();
      const room = newRoomId();
      return {
        first: () => sendFrame(connectionId, `421["joinRoom",{"room":"${room}"}]`),
        second: () => sendFrame(connectionId, "41"),
        check: async (position) => {
          expect(await traces(connectionId), position).toEqual([
            expect.objectContaining({ connectionId, dialect: "raw" }),
          ]);
        },
      };
    }));

  test("that disconnects and closes at once leaves no trace", () =>
    interleave(async () => {
      const connectionId = await newConnected();
      return {
        first: () => sendFrame(connectionId, "41"),
        second: () => closeConnection(connectionId),
        check: async (position) => expect(await traces(connectionId), position).toEqual([]),
      };
    }));
});

describe("an envelope connection", () => {
  test("gets no frame where there is nothing to answer", async () => {
    const { connectionId } = await newPerson();
    const frame = '{"action":"typing","data":[{"room":"lobby"}]}';
    expect(await sendFrame(connectionId, frame)).toBeUndefined();
  });

  test.each(["42{}", "4", "1", "2", "abc"])(
    "that sends %s is answered by an error, and stays open",
    async (frame) => {
      const { connectionId } = await newPerson();
      expect(await sendFrame(connectionId, frame)).toMatch(/^\{"action":"error".+bad_request/);
      expect(closed).toEqual([]);
    },
  );
});
