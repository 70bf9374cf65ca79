import {
  ConditionalCheckFailedException,
  ProvisionedThroughputExceededException,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterEach, describe, expect, test, vi } from "vitest";
import { copy } from "../../functions/chat/copies.ts";
import { log } from "../../functions/lambda.ts";
import { db } from "../../functions/store/client.ts";
import { documents } from "../support/tables/setup.ts";
import {
  closeConnection,
  connect,
  emit,
  failEachStep,
  mockPosts,
  newConnectionId,
  newMessage,
  newPair,
  newPerson,
  newRoomId,
  sendFrame,
  traces,
} from "./world.ts";

mockPosts();
afterEach(() => vi.restoreAllMocks());

describe("DynamoDB", () => {
  /** Lets the tables refuse a message's append. */
  function refuseAppend(error: () => Error, times = Infinity) {
    const send = db.send.bind(db);
    let left = times;
    vi.spyOn(db, "send").mockImplementation(async (command: unknown) => {
      const isAppend =
        command instanceof PutItemCommand && command.input.TableName === process.env.HISTORY_TABLE;
      if (isAppend && left-- > 0) throw error();
      return send(command as never);
    });
  }
  const conflict = () => new ConditionalCheckFailedException({ message: "", $metadata: {} });
  const throttle = () => new ProvisionedThroughputExceededException({ message: "", $metadata: {} });

  test("a lost race is tried again", async () => {
    const { room, ada } = await newPair();
    refuseAppend(conflict, 3);
    expect(await emit(ada.connectionId, "message", newMessage(room))).toMatchObject({
      ok: true,
      entry: { seq: 1 },
    });
  });

  test("after 3 seconds of lost races the answer is busy (promise 3)", async () => {
    const { room, ada } = await newPair();
    refuseAppend(conflict);
    expect(await emit(ada.connectionId, "message", newMessage(room))).toMatchObject({
      ok: false,
      error: { code: "busy" },
    });
  });

  test("a copy whose original others change again and again is busy after 3 seconds (promise 11)", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    let original = 0;
    const written: number[] = [];
    const write = async (value: number) => {
      written.push(value);
      vi.setSystemTime(Date.now() + 1_000);
    };
    const copied = copy(0, write, async () => ++original);
    await expect(copied).rejects.toMatchObject({ code: "busy" });
    expect(written).toEqual([0, 1, 2, 3]);
    vi.useRealTimers();
  });

  test("a throttled table is answered busy, not internal (promise 9)", async () => {
    const { room, ada } = await newPair();
    refuseAppend(throttle);
    expect(await emit(ada.connectionId, "message", newMessage(room))).toMatchObject({
      ok: false,
      error: { code: "busy" },
    });
  });

  test("a failure at any step of connect leaves nothing of the person, and the connection may try again", () =>
    failEachStep(async () => {
      const { token, user, connectionId } = await newPerson();
      await closeConnection(connectionId);
      const tab = newConnectionId();
      return {
        action: () => connect(tab, { token }),
        check: async (position) => {
          expect(await traces(tab, "but the connection"), position).toEqual([]);
          expect(await connect(tab, { token }), position).toMatchObject({ v: 1, user });
        },
      };
    }));

  test("a failure at any step of joinRoom is completed by the next try", () =>
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

  test("a DISCONNECT that fails is answered, and not by API Gateway's error frame", async () => {
    const { connectionId } = await newPerson();
    vi.spyOn(db, "send").mockRejectedValue(new Error("secret detail"));
    const answer = await sendFrame(connectionId, '{"action":"disconnect"}');
    expect(answer).toContain('"code":"internal"');
    expect(answer).not.toContain("secret");
  });

  test("any other failure is answered internal, and its cause is not revealed (promise 9)", async () => {
    const { room, ada } = await newPair();
    refuseAppend(() => new Error("secret detail"));
    const frame = JSON.stringify({ action: "message", data: [newMessage(room)] });
    const answer = await sendFrame(ada.connectionId, frame);
    expect(answer).toContain('"action":"error"');
    expect(answer).toContain('"code":"internal"');
    expect(answer).not.toContain("secret");
  });

  test("an item that is not an entry is answered internal, and nothing of it is logged", async () => {
    const { room, ada } = await newPair();
    const Item = { room, seq: 1, v: 1, kind: "secret kind", text: "secret text" };
    await documents.send(new PutCommand({ TableName: process.env.HISTORY_TABLE, Item }));
    const logged = vi.spyOn(log, "error").mockReturnValue();
    expect((await emit(ada.connectionId, "history", { room })).error.code).toBe("internal");
    expect(logged).toHaveBeenCalledOnce();
    expect(JSON.stringify(logged.mock.calls)).toContain("ValiError");
    expect(JSON.stringify(logged.mock.calls)).not.toContain("secret");
  });
});
