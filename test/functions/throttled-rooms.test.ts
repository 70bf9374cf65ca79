import { ProvisionedThroughputExceededException } from "@aws-sdk/client-dynamodb";
import { afterEach, describe, expect, test, vi } from "vitest";
import { finishTodos } from "../../functions/chat/jobs.ts";
import { db } from "../../functions/store/client.ts";
import { getLive } from "../../functions/store/live.ts";
import { getListed } from "../../functions/store/memberships.ts";
import { queryTodos } from "../../functions/store/todos.ts";
import type { Room } from "../../protocol/model.ts";
import {
  closeConnection,
  connect,
  emit,
  invoked,
  mockPosts,
  newConnectionId,
  newMessage,
  newPair,
  newPerson,
  posted,
  pushes,
  traces,
} from "./world.ts";

/** A partition that DynamoDB throttles, as it does where one room is read or written too much. */
mockPosts();
afterEach(() => void vi.restoreAllMocks());

type Text = { S?: string } | undefined;
type Place = { room?: Text; entry?: Text };

/** Refuses every call that concerns the room's own items, or its log; or one item of the room. */
function throttle(room: string, entry?: string): void {
  const send = db.send.bind(db);
  vi.spyOn(db, "send").mockImplementation(async (command: Parameters<typeof send>[0]) => {
    const { Key, Item, ExpressionAttributeValues, RequestItems } = command.input as {
      Key?: Place;
      Item?: Place;
      ExpressionAttributeValues?: { ":room"?: Text };
      RequestItems?: Record<string, { Keys: Place[] }>;
    };
    const keys = Object.values(RequestItems ?? {}).flatMap(({ Keys }) => Keys);
    const asked = [
      Key,
      Item,
      ...keys,
      { room: ExpressionAttributeValues?.[":room"], entry: undefined },
    ];
    const isMeant = (key?: Place) =>
      key?.room?.S === room && (entry === undefined || key.entry?.S === entry);
    if (asked.some(isMeant)) {
      throw new ProvisionedThroughputExceededException({ message: "", $metadata: {} });
    }
    return send(command);
  });
}

function pidOf(connectionId: string): unknown {
  const answer = posted.find((one) => one.connectionId === connectionId)?.packet;
  return answer?.type === "connect" ? Object(answer.data).pid : undefined;
}

const idsOf = (rooms: readonly Room[]) => rooms.map(({ id }) => id).toSorted();

test("the others hear of somebody whose first try to join was throttled on its way", async () => {
  const [ada, bob] = [await newPerson("ada"), await newPerson("bob")];
  const { room } = await emit(ada.connectionId, "createRoom", { name: "Tea" });
  const join = () => emit(bob.connectionId, "joinRoom", { room: room.id });
  throttle(room.id, `live#${bob.connectionId}`);
  expect(await join()).toMatchObject({ error: { code: "busy" } });
  vi.restoreAllMocks();
  expect(await join()).toMatchObject({ ok: true });
  const joined = { room: room.id, user: bob.user };
  expect(pushes(ada.connectionId, "joined")).toContainEqual(expect.objectContaining(joined));
});

describe("while one of a person's rooms is throttled (promise 11)", () => {
  test("the person connects to the other rooms, hears what is said there, and is told which one is late", async () => {
    const { room, ada, bob } = await newPair();
    throttle("lobby");
    const tab = newConnectionId();
    const { v, rooms, late } = await connect(tab, { token: ada.token });
    expect({ v, rooms: idsOf(rooms), late }).toEqual({ v: 1, rooms: [room], late: ["lobby"] });
    await emit(bob.connectionId, "message", newMessage(room, "still here"));
    expect(pushes(tab, "message")).toMatchObject([{ text: "still here" }]);
    expect(invoked.filter(({ payload }) => "todo" in Object(payload))).toHaveLength(1);
    await finishTodos(0);
    expect(pushes(tab, "room")).toEqual([]);

    vi.restoreAllMocks();
    await finishTodos(0);
    expect(pushes(tab, "room")).toMatchObject([{ id: "lobby", head: expect.any(Number) }]);
    expect(await getLive("lobby", tab)).toMatchObject({ watching: false });
    expect(await queryTodos()).toEqual([]);
    await closeConnection(tab);
    expect(await traces(tab)).toEqual([]);
  });

  test("joining the late room is the quick way, and what follows does not undo it", async () => {
    const { room, ada } = await newPair();
    throttle(room);
    const tab = newConnectionId();
    const session = await connect(tab, { token: ada.token });
    expect([idsOf(session.rooms), session.late]).toEqual([["lobby"], [room]]);
    vi.restoreAllMocks();
    expect(await emit(tab, "joinRoom", { room })).toMatchObject({ ok: true });
    await finishTodos(0);
    expect(await getLive(room, tab)).toMatchObject({ watching: true });
  });

  test("a new guest comes in, and is in the lobby once that answers", async () => {
    throttle("lobby");
    const tab = newConnectionId();
    const { user, rooms, late } = await connect(tab, { name: "ada" });
    expect({ rooms, late }).toEqual({ rooms: [], late: ["lobby"] });
    expect(await emit(tab, "createRoom", { name: "Tea" })).toMatchObject({ ok: true });
    vi.restoreAllMocks();
    await finishTodos(0);
    expect(pushes(tab, "room")).toMatchObject([{ id: "lobby" }]);
    expect(await getListed("lobby", user.id)).toBeDefined();
    expect(await emit(tab, "message", newMessage("lobby"))).toMatchObject({ ok: true });
  });

  test("a connection is not in the late room after the person was removed from it, or after its end", async () => {
    const [ada, bob] = [await newPerson("ada"), await newPerson("bob")];
    const { room } = await emit(ada.connectionId, "createRoom", { name: "Tea" });
    await emit(ada.connectionId, "invite", { room: room.id, user: bob.user.id });
    throttle(room.id);
    const [removed, ended] = [newConnectionId(), newConnectionId()];
    await connect(removed, { token: bob.token });
    await connect(ended, { token: ada.token });
    vi.restoreAllMocks();
    await emit(ada.connectionId, "remove", { room: room.id, user: bob.user.id });
    await closeConnection(ended);
    await finishTodos(0);
    for (const tab of [removed, ended]) expect(await getLive(room.id, tab)).toBeUndefined();
    expect(pushes(removed, "room")).toMatchObject([{ id: room.id, gone: true }]);
    expect(await queryTodos()).toEqual([]);
  });

  test("a client does not count as recovered: it could not be given what it missed there", async () => {
    const { room, ada, bob } = await newPair();
    const first = newConnectionId();
    await connect(first, { token: ada.token });
    await emit(first, "joinRoom", { room });
    await emit(bob.connectionId, "message", newMessage(room, "before"));
    const pid = pidOf(first);
    throttle(room);
    const again = newConnectionId();
    await connect(again, { token: ada.token, pid, offset: "0" });
    expect(pidOf(again)).not.toBe(pid);
    expect(pushes(again, "message")).toEqual([]);
  });
});
