import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterEach, describe, expect, test, vi } from "vitest";
import { close, post } from "../../functions/aws/posts.ts";
import { handler as deliver } from "../../functions/deliver.ts";
import { log } from "../../functions/lambda.ts";
import { documents } from "../support/tables/setup.ts";
import { bodies } from "./raw.ts";
import {
  closed,
  emit,
  gone,
  HANG_UP,
  invoked,
  lambdaContext,
  mockPosts,
  NO_ANSWER,
  newConnectionId,
  newMessage,
  newPair,
  onRequest,
  posted,
  pushes,
  statuses,
  traces,
} from "./world.ts";

/** Posts that API Gateway refuses, and the job that takes over those that are left. */

mockPosts();
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("posting to connections", () => {
  test("a 410 ends the whole connection (promise 8)", async () => {
    const { room, ada, bob } = await newPair();
    gone.add(bob.connectionId);
    const ack = await emit(ada.connectionId, "message", newMessage(room));
    expect(ack).toMatchObject({ ok: true, entry: { seq: 1 } });
    expect(await traces(bob.connectionId)).toEqual([]);
    expect(pushes(ada.connectionId, "presence")).toContainEqual(
      expect.objectContaining({ user: bob.user, online: false }),
    );
  });

  test("a 410 removes the live item of a connection whose own item is gone already", async () => {
    const { room, ada, bob } = await newPair();
    const lost = "bG9zdCBvbmUhISE=";
    await documents.send(
      new PutCommand({
        TableName: process.env.ROOMS_TABLE,
        Item: {
          room,
          entry: `live#${lost}`,
          user: bob.user,
          dialect: "envelope",
          watching: false,
          expiresAt: Math.floor(Date.now() / 1_000) + 60,
        },
      }),
    );
    gone.add(lost);
    await emit(ada.connectionId, "message", newMessage(room));
    expect(await traces(lost)).toEqual([]);
  });

  test("429 and 5xx are tried again", async () => {
    const { room, ada, bob } = await newPair();
    vi.spyOn(Math, "random").mockReturnValue(0);
    statuses.set(bob.connectionId, [429, 503, 500]);
    await emit(ada.connectionId, "message", newMessage(room));
    expect(pushes(bob.connectionId, "message")).toHaveLength(1);
    expect(invoked).toEqual([]);
  });

  test("a post that is refused for another reason is not tried again, and the sender gets its ack", async () => {
    const { room, ada, bob } = await newPair();
    statuses.set(bob.connectionId, [403]);
    const ack = await emit(ada.connectionId, "message", newMessage(room));
    expect(ack.ok).toBe(true);
    expect(pushes(bob.connectionId, "message")).toHaveLength(0);
  });

  test("a refused post counts as refused, not as sent", async () => {
    const connectionId = newConnectionId();
    statuses.set(connectionId, [413]);
    const outcome = await post([{ connectionId, body: "2" }], 1_000);
    expect(outcome).toEqual({ gone: [], left: [], refused: 1 });
  });

  test("what is left after 300 ms goes to deliver, and the ack is given (promise 1)", async () => {
    const { room, ada, bob } = await newPair();
    statuses.set(bob.connectionId, Array(1_000).fill(503));
    const ack = await emit(ada.connectionId, "message", newMessage(room, "late"));
    expect(ack.ok).toBe(true);
    const body = expect.stringContaining('"late"');
    expect(invoked).toEqual([
      { name: "deliver", payload: { body, connectionIds: [bob.connectionId] } },
    ]);

    statuses.delete(bob.connectionId);
    await deliver(invoked[0]?.payload, lambdaContext());
    expect(pushes(bob.connectionId, "message")).toEqual([ack.entry]);
  });

  test("the ack is given even if Lambda does not take what is left (promises 1 and 5)", async () => {
    const { room, ada, bob } = await newPair();
    statuses.set(bob.connectionId, Array(1_000).fill(503));
    statuses.set("deliver", [400]);
    const logged = vi.spyOn(log, "error").mockReturnValue();
    const ack = await emit(ada.connectionId, "message", newMessage(room, "lost"));
    expect(ack).toMatchObject({ ok: true, entry: { seq: 1 } });
    expect(logged.mock.calls).toMatchObject([["not invoked", { function: "deliver" }]]);
    // Bob's client learns it at its next heartbeat.
    const moved = await emit(bob.connectionId, "heads", { rooms: { [room]: 0 } });
    expect(moved.heads).toEqual({ [room]: 1 });
  });

  test("what has no answer in time is left, and what has one is not", async () => {
    const [sent, silent] = [newConnectionId(), newConnectionId()];
    statuses.set(silent, [NO_ANSWER]);
    const posts = [sent, silent].map((connectionId) => ({ connectionId, body: "2" }));
    const { left } = await post(posts, 200);
    expect(left).toEqual([{ connectionId: silent, body: "2" }]);
    expect(bodies(sent)).toEqual(["2"]);
  });

  test("what was not begun in time is left, each text of it once", async () => {
    const ids = Array.from({ length: 400 }, newConnectionId);
    for (const id of ids.slice(0, 150)) statuses.set(id, [NO_ANSWER]);
    const posts = ids.map((connectionId) => ({ connectionId, body: "2" }));
    const { left } = await post(posts, 200);
    expect(left.map(({ connectionId }) => connectionId).toSorted()).toEqual(ids.toSorted());
    expect(posted).toEqual([]);
  });

  test("a kept connection that the service has closed is replaced at once", async () => {
    const connectionId = newConnectionId();
    await post([{ connectionId, body: "2" }], 1_000);
    const backoff = vi.spyOn(Math, "random");
    statuses.set(connectionId, [HANG_UP]);
    expect(await post([{ connectionId, body: "3" }], 1_000)).toEqual({
      gone: [],
      left: [],
      refused: 0,
    });
    expect(bodies(connectionId)).toEqual(["2", "3"]);
    expect(backoff).not.toHaveBeenCalled();
  });
});

describe("closing a connection", () => {
  test("is tried again after 429, 5xx and no answer (promise 11)", async () => {
    const connectionId = newConnectionId();
    vi.spyOn(Math, "random").mockReturnValue(0);
    for (const problem of [429, 503, HANG_UP]) {
      statuses.set(`DELETE ${connectionId}`, [problem]);
      expect(await close(connectionId)).toBe(false);
    }
    expect(closed).toEqual([connectionId, connectionId, connectionId]);
  });

  test("is given up after three tries, and that is logged", async () => {
    const connectionId = newConnectionId();
    vi.spyOn(Math, "random").mockReturnValue(0);
    const logged = vi.spyOn(log, "error").mockReturnValue();
    const requests: string[] = [];
    onRequest((subject) => requests.push(subject));
    statuses.set(`DELETE ${connectionId}`, Array(10).fill(429));
    expect(await close(connectionId)).toBe(false);
    expect(requests).toHaveLength(3);
    expect(logged.mock.calls).toEqual([["not closed", { to: connectionId, status: 429 }]]);
  });
});

describe("deliver", () => {
  test("ends the connections that are gone", async () => {
    const { bob } = await newPair();
    gone.add(bob.connectionId);
    await deliver({ body: '{"action":"x"}', connectionIds: [bob.connectionId] }, lambdaContext());
    expect(await traces(bob.connectionId)).toEqual([]);
  });

  test("gives up after ten seconds, and says so as an error", async () => {
    const { ada, bob } = await newPair();
    for (const list of [posted, invoked]) list.length = 0;
    statuses.set(bob.connectionId, Array(1_000).fill(503));
    vi.useFakeTimers({ toFake: ["Date"] });
    onRequest(() => vi.setSystemTime(Date.now() + 1_000));
    const logged = vi.spyOn(log, "error").mockReturnValue();
    const connectionIds = [ada.connectionId, bob.connectionId];
    await deliver({ body: '{"action":"x"}', connectionIds }, lambdaContext());
    expect(posted.map(({ connectionId }) => connectionId)).toEqual([ada.connectionId]);
    expect(logged).toHaveBeenCalledWith("posts given up", {
      posts: 2,
      gone: 0,
      left: 1,
      refused: 0,
    });
    expect(invoked).toEqual([]);
  });

  test("refuses an event that is not a delivery", async () => {
    await expect(deliver({ text: "x" }, lambdaContext())).rejects.toThrow();
  });
});
