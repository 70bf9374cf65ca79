import { randomUUID } from "node:crypto";
import {
  ApiGatewayManagementApiClient,
  GetConnectionCommand,
  GoneException,
  LimitExceededException,
} from "@aws-sdk/client-apigatewaymanagementapi";
import {
  ConditionalCheckFailedException,
  ProvisionedThroughputExceededException,
} from "@aws-sdk/client-dynamodb";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { handler as deliver } from "../../functions/deliver.ts";
import { db } from "../../functions/store/client.ts";
import { getConnection } from "../../functions/store/connections.ts";
import { append } from "../../functions/store/history.ts";
import { handler as sweep } from "../../functions/sweep.ts";
import {
  closeConnection,
  closed,
  connect,
  emit,
  failEachStep,
  gone,
  mockPosts,
  newConnectionId,
  newMessage,
  newPerson,
  newRoomId,
  posted,
  pushes,
  sendFrame,
  statuses,
  traces,
} from "./world.ts";

mockPosts();
const lambda = mockClient(LambdaClient);
const management = mockClient(ApiGatewayManagementApiClient);

beforeEach(() => {
  lambda.reset();
  lambda.on(InvokeCommand).resolves({});
  management.reset();
  management.on(GetConnectionCommand).resolves({});
});
afterEach(() => vi.restoreAllMocks());

async function pair() {
  const room = newRoomId();
  const [ada, bob] = await Promise.all([newPerson("ada"), newPerson("bob")]);
  await emit(ada.connectionId, "joinRoom", { room });
  await emit(bob.connectionId, "joinRoom", { room });
  return { room, ada, bob };
}

describe("posting to connections", () => {
  test("a 410 ends the whole connection (promise 8)", async () => {
    const { room, ada, bob } = await pair();
    gone.add(bob.connectionId);
    const ack = await emit(ada.connectionId, "message", newMessage(room));
    expect(ack).toMatchObject({ ok: true, entry: { seq: 1 } });
    expect(await traces(bob.connectionId)).toEqual([]);
    expect(pushes(ada.connectionId, "presence")).toContainEqual(
      expect.objectContaining({ user: bob.user, online: false }),
    );
  });

  test("a 410 removes the room's item of a connection whose own record is gone already", async () => {
    const { room, ada, bob } = await pair();
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
    const { room, ada, bob } = await pair();
    statuses.set(bob.connectionId, [429, 503, 500]);
    await emit(ada.connectionId, "message", newMessage(room));
    expect(pushes(bob.connectionId, "message")).toHaveLength(1);
    expect(lambda.commandCalls(InvokeCommand)).toHaveLength(0);
  });

  test("another refusal is not tried again, and costs the sender nothing", async () => {
    const { room, ada, bob } = await pair();
    statuses.set(bob.connectionId, [403]);
    const ack = await emit(ada.connectionId, "message", newMessage(room));
    expect(ack.ok).toBe(true);
    expect(pushes(bob.connectionId, "message")).toHaveLength(0);
  });

  test("what is left after 2 seconds goes to deliver, and the ack is given (promise 1)", async () => {
    const { room, ada, bob } = await pair();
    statuses.set(bob.connectionId, Array(1_000).fill(503));
    const ack = await emit(ada.connectionId, "message", newMessage(room, "late"));
    expect(ack.ok).toBe(true);
    const [call] = lambda.commandCalls(InvokeCommand);
    expect(call?.args[0].input).toMatchObject({
      FunctionName: "deliver",
      InvocationType: "Event",
    });

    statuses.delete(bob.connectionId);
    await deliver(JSON.parse(String(call?.args[0].input.Payload)), remaining(60_000));
    expect(pushes(bob.connectionId, "message")).toEqual([ack.entry]);
  });
});

describe("deliver", () => {
  test("ends the connections that are gone", async () => {
    const { bob } = await pair();
    gone.add(bob.connectionId);
    await deliver({ body: '{"action":"x"}', connectionIds: [bob.connectionId] }, remaining(60_000));
    expect(await traces(bob.connectionId)).toEqual([]);
  });

  test("fails in time for Lambda to try again", async () => {
    const { bob } = await pair();
    statuses.set(bob.connectionId, Array(1_000).fill(503));
    const delivery = { body: '{"action":"x"}', connectionIds: [bob.connectionId] };
    await expect(deliver(delivery, remaining(5_200))).rejects.toThrow(
      "1 posts could not be delivered",
    );
  });

  test("refuses what is no delivery", async () => {
    await expect(deliver({ text: "x" }, remaining(60_000))).rejects.toThrow();
  });
});

function remaining(ms: number) {
  const end = Date.now() + ms;
  return { getRemainingTimeInMillis: () => end - Date.now() };
}

describe("sweep", () => {
  async function age(connectionId: string) {
    await db
      .send(
        new UpdateCommand({
          TableName: process.env.CONNECTIONS_TABLE,
          Key: { connectionId },
          UpdateExpression: "SET connectedAt = :then",
          ConditionExpression: "attribute_exists(connectionId)",
          ExpressionAttributeValues: { ":then": Date.now() - 61_000 },
        }),
      )
      .catch(() => undefined);
  }

  test("ends a connection whose $disconnect never came, and tells (promise 8)", async () => {
    const { ada, bob } = await pair();
    await age(bob.connectionId);
    management
      .on(GetConnectionCommand, { ConnectionId: bob.connectionId })
      .rejects(new GoneException({ message: "", $metadata: {} }));
    await sweep();
    expect(await traces(bob.connectionId)).toEqual([]);
    expect(pushes(ada.connectionId, "presence")).toContainEqual(
      expect.objectContaining({ user: bob.user, online: false }),
    );
  });

  test.each(["closes", "signs out"] as const)(
    "ends what is left of a connection that %s, whichever step of that fails (promise 8)",
    (how) =>
      failEachStep(async () => {
        const { room, ada, bob } = await pair();
        const { connectionId } = bob;
        return {
          action: () =>
            how === "closes"
              ? closeConnection(connectionId).catch(() => undefined)
              : emit(connectionId, "signOut", {}),
          check: async (position) => {
            gone.add(connectionId);
            if (how === "signs out") await closeConnection(connectionId);
            management
              .on(GetConnectionCommand, { ConnectionId: connectionId })
              .rejects(new GoneException({ message: "", $metadata: {} }));
            await age(connectionId);
            await sweep();
            expect(await traces(connectionId), position).toEqual([]);
            const { people } = await emit(ada.connectionId, "people", { room });
            const { online } = people.find(({ id }: { id: string }) => id === bob.user.id);
            expect(online, position).toBe(false);
          },
        };
      }),
  );

  test("closes a connection whose signing out broke off", () =>
    failEachStep(async () => {
      const { bob } = await pair();
      return {
        action: () => emit(bob.connectionId, "signOut", {}),
        check: async (position) => {
          const again = await emit(bob.connectionId, "signOut", {});
          if (again.ok) return;
          await age(bob.connectionId);
          await sweep();
          const left = (await traces(bob.connectionId)).length > 0;
          expect(closed.includes(bob.connectionId), position).toBe(left);
        },
      };
    }));

  test("keeps what is there, what is younger than a minute, and what it gets no answer about", async () => {
    const { ada, bob } = await pair();
    const young = await newPerson("young");
    await age(ada.connectionId);
    await age(bob.connectionId);
    management
      .on(GetConnectionCommand, { ConnectionId: bob.connectionId })
      .rejects(new LimitExceededException({ message: "", $metadata: {} }))
      .on(GetConnectionCommand, { ConnectionId: young.connectionId })
      .rejects(new GoneException({ message: "", $metadata: {} }));
    await sweep();
    for (const { connectionId } of [ada, bob, young]) {
      expect(await getConnection(connectionId)).toBeDefined();
    }
  });
});

describe("DynamoDB", () => {
  /** Lets the tables refuse a message's append. */
  function refuseAppend(error: () => Error, times = Infinity) {
    const send = db.send.bind(db);
    let left = times;
    vi.spyOn(db, "send").mockImplementation(async (command: unknown) => {
      const isAppend =
        command instanceof PutCommand && command.input.TableName === process.env.HISTORY_TABLE;
      if (isAppend && left-- > 0) throw error();
      return send(command as never);
    });
  }
  const conflict = () => new ConditionalCheckFailedException({ message: "", $metadata: {} });
  const throttle = () => new ProvisionedThroughputExceededException({ message: "", $metadata: {} });

  test("a lost race is run again", async () => {
    const { room, ada } = await pair();
    refuseAppend(conflict, 3);
    expect(await emit(ada.connectionId, "message", newMessage(room))).toMatchObject({
      ok: true,
      entry: { seq: 1 },
    });
  });

  test("after 3 seconds of lost races the answer is busy (promise 3)", async () => {
    const { room, ada } = await pair();
    refuseAppend(conflict);
    expect(await emit(ada.connectionId, "message", newMessage(room))).toMatchObject({
      ok: false,
      error: { code: "busy" },
    });
  });

  test("a throttled table is busy, not internal (promise 9)", async () => {
    const { room, ada } = await pair();
    refuseAppend(throttle);
    expect(await emit(ada.connectionId, "message", newMessage(room))).toMatchObject({
      ok: false,
      error: { code: "busy" },
    });
  });

  test("a failure at any step of connect leaves no trace, and the connection may try again", () =>
    failEachStep(async () => {
      const { token, user, connectionId } = await newPerson();
      await closeConnection(connectionId);
      const tab = newConnectionId();
      return {
        action: () => connect(tab, { token }),
        check: async (position) => {
          expect(await traces(tab), position).toEqual([]);
          expect(await connect(tab, { token }), position).toMatchObject({ v: 1, user });
        },
      };
    }));

  test("a failure at any step of joinRoom leaves the room whole for the next try", () =>
    failEachStep(async () => {
      const ada = await newPerson();
      const room = newRoomId();
      return {
        action: () => emit(ada.connectionId, "joinRoom", { room }),
        check: async (position) => {
          const joined = await emit(ada.connectionId, "joinRoom", { room });
          expect(joined, position).toMatchObject({ ok: true, online: { count: 1 } });
          await closeConnection(ada.connectionId);
          expect(await traces(ada.connectionId), position).toEqual([]);
        },
      };
    }));

  test("a DISCONNECT that fails is answered too, not left to the platform's own frame", async () => {
    const { connectionId } = await newPerson();
    vi.spyOn(db, "send").mockRejectedValue(new Error("secret detail"));
    const answer = await sendFrame(connectionId, '{"action":"disconnect"}');
    expect(answer).toContain('"code":"internal"');
    expect(answer).not.toContain("secret");
  });

  test("anything else is internal and says nothing of its cause (promise 9)", async () => {
    const { room, ada } = await pair();
    refuseAppend(() => new Error("secret detail"));
    const frame = JSON.stringify({ action: "message", data: [newMessage(room)] });
    const answer = await sendFrame(ada.connectionId, frame);
    expect(answer).toContain('"action":"error"');
    expect(answer).toContain('"code":"internal"');
    expect(answer).not.toContain("secret");
  });
});

describe("a message that is sent again (promise 3)", () => {
  async function filledRoom(entries: number) {
    const { room, ada } = await pair();
    const ids: string[] = [];
    for (let seq = 1; seq <= entries; seq++) {
      const id = randomUUID();
      ids.push(id);
      await append({
        room,
        seq,
        kind: "message",
        id,
        author: ada.user,
        at: seq,
        text: "x",
        count: seq,
      });
    }
    return { room, ada, ids };
  }

  test("is found within the last 25 entries without an after, and delivered again", async () => {
    const { room, ada, ids } = await filledRoom(30);
    const ack = await emit(ada.connectionId, "message", { room, id: ids[5], text: "x" });
    expect(ack.entry.seq).toBe(6);
    expect(posted.some(({ packet }) => packet.type === "event" && packet.name === "message")).toBe(
      true,
    );
  });

  test("is found up to 1,000 entries after its after, and stale beyond them", async () => {
    const { room, ada, ids } = await filledRoom(1_040);
    const { connectionId } = ada;
    const found = await emit(connectionId, "message", { room, id: ids[999], text: "x", after: 0 });
    expect(found.entry.seq).toBe(1_000);

    const unknown = { room, id: randomUUID(), text: "x" };
    expect(await emit(connectionId, "message", { ...unknown, after: 0 })).toMatchObject({
      error: { code: "stale" },
    });
    // Everything from there on can be looked through.
    const raised = await emit(connectionId, "message", { ...unknown, after: 40 });
    expect(raised.entry.seq).toBe(1_041);
  });

  test("counts an after beyond the head as absent", async () => {
    const { room, ada } = await filledRoom(3);
    const ack = await emit(ada.connectionId, "message", { ...newMessage(room), after: 99 });
    expect(ack.entry.seq).toBe(4);
  });

  test("of another person with the same id is another message", async () => {
    const { room, ada, bob } = await pair();
    const message = newMessage(room);
    const first = await emit(ada.connectionId, "message", message);
    const second = await emit(bob.connectionId, "message", message);
    expect([first.entry.seq, second.entry.seq]).toEqual([1, 2]);
  });
});
