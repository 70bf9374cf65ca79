import { InvokeCommand } from "@aws-sdk/client-lambda";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { describe, expect, test, vi } from "vitest";
import { post } from "../../functions/aws/posts.ts";
import { handler as deliver } from "../../functions/deliver.ts";
import { log } from "../../functions/log.ts";
import { db } from "../../functions/store/table.ts";
import { mockLambda } from "./lambda.ts";
import {
  emit,
  gone,
  lambdaContext,
  mockPosts,
  newConnectionId,
  newMessage,
  newPair,
  posted,
  pushes,
  statuses,
  traces,
} from "./world.ts";

/** Posts that API Gateway refuses, and the job that takes over those that are left. */

mockPosts();
const lambda = mockLambda();

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
    await db.send(
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
    statuses.set(bob.connectionId, [429, 503, 500]);
    await emit(ada.connectionId, "message", newMessage(room));
    expect(pushes(bob.connectionId, "message")).toHaveLength(1);
    expect(lambda.commandCalls(InvokeCommand)).toHaveLength(0);
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

  test("what is left after 2 seconds goes to deliver, and the ack is given (promise 1)", async () => {
    const { room, ada, bob } = await newPair();
    statuses.set(bob.connectionId, Array(1_000).fill(503));
    const ack = await emit(ada.connectionId, "message", newMessage(room, "late"));
    expect(ack.ok).toBe(true);
    const [call] = lambda.commandCalls(InvokeCommand);
    expect(call?.args[0].input).toMatchObject({
      FunctionName: "deliver",
      InvocationType: "Event",
    });

    statuses.delete(bob.connectionId);
    await deliver(JSON.parse(String(call?.args[0].input.Payload)), lambdaContext());
    expect(pushes(bob.connectionId, "message")).toEqual([ack.entry]);
  });
});

describe("deliver", () => {
  test("ends the connections that are gone", async () => {
    const { bob } = await newPair();
    gone.add(bob.connectionId);
    await deliver({ body: '{"action":"x"}', connectionIds: [bob.connectionId] }, lambdaContext());
    expect(await traces(bob.connectionId)).toEqual([]);
  });

  describe("if posts do not get through in time", () => {
    /** Delivers to a connection that is open and one whose posts are throttled, without waiting. */
    async function deliverToTwo(round: number) {
      const { ada, bob } = await newPair();
      posted.length = 0;
      statuses.set(bob.connectionId, Array(1_000).fill(429));
      const now = vi.spyOn(Date, "now");
      let time = Date.now();
      now.mockImplementation(() => (time += 500));
      const connectionIds = [ada.connectionId, bob.connectionId];
      await deliver({ body: '{"action":"x"}', connectionIds, round }, lambdaContext());
      now.mockRestore();
      return { ada, bob };
    }

    test("hands on what is left, and only that, to another invocation", async () => {
      const { ada, bob } = await deliverToTwo(1);
      expect(posted.map(({ connectionId }) => connectionId)).toEqual([ada.connectionId]);
      const [call] = lambda.commandCalls(InvokeCommand);
      expect(call?.args[0].input.FunctionName).toBe("deliver");
      expect(JSON.parse(String(call?.args[0].input.Payload))).toEqual({
        body: '{"action":"x"}',
        connectionIds: [bob.connectionId],
        round: 2,
      });
    });

    test("gives up after ten invocations, and says so as an error", async () => {
      const logged = vi.spyOn(log, "error").mockReturnValue();
      await deliverToTwo(10);
      expect(lambda.commandCalls(InvokeCommand)).toHaveLength(0);
      expect(logged).toHaveBeenCalledWith("posts given up", { posts: 1 });
      logged.mockRestore();
    });
  });

  test("refuses an event that is not a delivery", async () => {
    await expect(deliver({ text: "x" }, lambdaContext())).rejects.toThrow();
  });
});
