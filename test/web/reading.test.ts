import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ClientEventName } from "../../protocol/events.ts";
import { createCatchUp } from "../../web/chat/log/catch-up.ts";
import { createJump } from "../../web/chat/log/jump.ts";
import { createReading } from "../../web/chat/log/open-room.ts";
import { createPresence } from "../../web/chat/people/presence.ts";
import { createReadMarks } from "../../web/chat/rooms/read-marks.ts";
import { createRoomActions } from "../../web/chat/rooms/room-actions.ts";
import { createRoomList } from "../../web/chat/rooms/room-list.ts";
import { NoAnswer } from "../../web/chat/wire/wire.ts";
import { fakeWire, message, room, teaStore } from "./state.ts";

function setUp(fates: Partial<Record<ClientEventName, Error>> = {}, first?: number) {
  const loaded = [message(98), message(99), message(100)];
  const store = teaStore(loaded, { head: 100, read: 100 });
  const { wire, asked } = fakeWire((event, { after }: { after?: number }) => {
    if (fates[event]) throw fates[event];
    if (event === "rooms") return { rooms: [room("tea", { read: 1 }), room("zoo")], more: false };
    if (event !== "history") return { room: room("tea"), entries: [], more: false, online: {} };
    return { entries: Array.from({ length: 50 }, (_, n) => message((after ?? 0) + n + 1)) };
  });
  const jump = createJump(store, wire);
  const readMarks = createReadMarks({ store, wire, visible: () => true });
  const catchUp = createCatchUp({
    log: () => undefined,
    history: () => Promise.reject(new Error("not asked for")),
    merge: () => undefined,
  });
  const reading = createReading({
    ...{ store, wire, catchUp, readMarks, jump },
    presence: createPresence(store),
    accept: () => undefined,
    joined: () => undefined,
    first: first === undefined ? undefined : { room: "tea", seq: first },
  });
  const target = () => store.getState().views.tea?.target;
  const unsent: string[] = [];
  const rooms = createRoomActions({
    ...{ store, wire },
    open: (id) => void reading.open(id),
    giveUp: (id) => unsent.includes(id),
  });
  return { store, wire, asked, reading, target, rooms, unsent, list: createRoomList(store, wire) };
}

const settled = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe("a room", () => {
  test("that is opened again, as by every new connection, leaves alone what is being rewritten", async () => {
    const { reading, store } = setUp();
    const editing = { room: "tea", seq: 99, text: "half" };
    store.setState({ editing });
    reading.reopen();
    await settled();
    expect(store.getState().editing).toBe(editing);
    await reading.open("lobby");
    expect(store.getState().editing).toBe(editing);
  });

  test("shows a message that is loaded without a connection", async () => {
    const { reading, store, target } = setUp();
    store.setState({ connection: "lost" });
    await reading.open("tea", 99);
    expect(target()).toEqual({ seq: 99 });
  });

  test("goes to a message that is not loaded once there is a connection", async () => {
    const { reading, store, target } = setUp();
    store.setState({ connection: "lost" });
    await reading.open("tea", 40);
    expect(target()).toBeUndefined();
    store.setState({ connection: "up" });
    reading.reopen();
    await settled();
    expect(target()).toEqual({ seq: 40 });
  });

  test("goes to the message of the first link once, and not in a room that was gone to instead", async () => {
    const { reading, target, asked } = setUp({}, 40);
    reading.reopen();
    await settled();
    expect(target()).toEqual({ seq: 40 });
    reading.reopen();
    await settled();
    expect(asked.filter(([event]) => event === "history").length).toBe(1);

    const other = setUp({}, 40);
    await other.reading.open("lobby");
    await other.reading.open("tea");
    expect(other.target()).toBeUndefined();
  });

  test("that was lost while there was no connection is not joined again, and it is said", () => {
    const { rooms, store, unsent } = setUp();
    const before = { ...store.getState(), connection: "lost" as const };
    store.setState({ mine: new Set(["lobby"]) });
    rooms.resume({ ...before, connection: "up" });
    expect(store.getState().open).toBe("tea");
    rooms.resume(before);
    expect(store.getState()).toMatchObject({ open: "lobby", problem: "You are no longer in tea." });
    expect(store.getState().views.tea).toBeUndefined();

    unsent.push("tea");
    store.setState({ mine: new Set(["lobby", "tea"]) });
    rooms.toldRoom({ id: "tea", gone: true });
    expect(store.getState().problem).toBe(
      "You are no longer in tea. What you wrote last was not sent.",
    );
  });

  test("that was left is not made one's own again by a message that comes late", async () => {
    const { list, store } = setUp();
    store.setState({ mine: new Set(["lobby"]) });
    list.refresh("zoo");
    list.refresh("tea");
    await settled();
    expect([...store.getState().mine]).toEqual(["lobby", "tea"]);
  });
});

test("P0-14: a connection that does not tell how far the rooms go is given up for a new one", async () => {
  const { reading, wire } = setUp({ heads: new NoAnswer(true) });
  reading.checkHeads();
  await settled();
  expect(wire.reconnect).toHaveBeenCalledTimes(1);

  const offline = setUp({ heads: new NoAnswer(false) });
  offline.reading.checkHeads();
  await settled();
  expect(offline.wire.reconnect).not.toHaveBeenCalled();
});
