import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ClientEventName } from "../../protocol/events.ts";
import { createJump } from "../../web/chat/log/jump.ts";
import { createLogs } from "../../web/chat/log/logs.ts";
import { createRoomOpener } from "../../web/chat/log/open-room.ts";
import { createPresence } from "../../web/chat/people/presence.ts";
import { createReadMarks } from "../../web/chat/rooms/read-marks.ts";
import { createRoomActions } from "../../web/chat/rooms/room-actions.ts";
import { createSession } from "../../web/chat/session.ts";
import { NoAnswer } from "../../web/chat/wire/errors.ts";
import { ada, fakeWire, message, room, teaStore } from "./state.ts";

function setUp(fates: Partial<Record<ClientEventName, Error>> = {}, first?: number) {
  const loaded = [message(98), message(99), message(100)];
  const store = teaStore(loaded, { head: 100, read: 100 });
  const { wire, asked } = fakeWire((event, data: { room: string; after?: number }) => {
    if (fates[event]) throw fates[event];
    const { after = 0 } = data;
    const told = room(data.room, data.room === "tea" ? { read: 1 } : {});
    if (event !== "history") return { room: told, entries: [], more: false, online: {} };
    return { entries: Array.from({ length: 50 }, (_, n) => message(after + n + 1)) };
  });
  const logs = createLogs({ store, wire });
  const opener = createRoomOpener({
    store,
    wire,
    logs,
    presence: createPresence({ store, wire }),
    readMarks: createReadMarks({ store, wire, visibility: { now: () => true } }),
    jump: createJump({ store, wire }),
    first: { room: "tea", seq: first },
  });
  const target = () => store.getState().views.tea?.target;
  const rooms = createRoomActions({
    store,
    wire,
    open: (id) => void opener.open({ room: id }),
  });
  const kept = { token: () => "", user: () => ada.id, name: () => ada.name, others: () => [] };
  const nothing = { keep: () => {}, forget: () => {}, returnTo: () => {}, keepRoom: () => {} };
  const identity = { ...kept, ...nothing, room: () => undefined };
  const session = createSession({ store, identity });
  return { store, wire, asked, opener, target, rooms, logs, session };
}

const settled = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe("opening a room", () => {
  test("a room that is opened again, as by each new connection, leaves the message alone that is being edited", async () => {
    const { opener, store } = setUp();
    const editing = { room: "tea", seq: 99, text: "half" };
    store.setState({ editing });
    opener.reopen();
    await settled();
    expect(store.getState().editing).toBe(editing);
    await opener.open({ room: "lobby" });
    expect(store.getState().editing).toBe(editing);
  });

  test("a loaded message is shown without a connection", async () => {
    const { opener, store, target } = setUp();
    store.setState({ connection: "lost" });
    await opener.open({ room: "tea", seq: 99 });
    expect(target()).toEqual({ seq: 99 });
  });

  test("a message that is not loaded is shown once there is a connection", async () => {
    const { opener, store, target } = setUp();
    store.setState({ connection: "lost" });
    await opener.open({ room: "tea", seq: 40 });
    expect(target()).toBeUndefined();
    store.setState({ connection: "up" });
    opener.reopen();
    await settled();
    expect(target()).toEqual({ seq: 40 });
  });

  test("the message of the first link is jumped to once, and not after another room was opened", async () => {
    const { opener, target, asked } = setUp({}, 40);
    opener.reopen();
    await settled();
    expect(target()).toEqual({ seq: 40 });
    opener.reopen();
    await settled();
    expect(asked.filter(([event]) => event === "history").length).toBe(1);

    const other = setUp({}, 40);
    await other.opener.open({ room: "lobby" });
    await other.opener.open({ room: "tea" });
    expect(other.target()).toBeUndefined();
  });

  test("a room that was lost while there was no connection is not joined again, and the page says so", () => {
    const { rooms, store } = setUp();
    const before = { ...store.getState(), connection: "lost" as const };
    store.setState({ mine: new Set(["lobby"]) });
    rooms.resume({ ...before, connection: "up" });
    expect(store.getState().open).toBe("tea");
    rooms.resume(before);
    expect(store.getState()).toMatchObject({ open: "lobby", problem: "You are no longer in tea." });
    expect(store.getState().views.tea).toBeUndefined();

    const unsent = { id: "m", room: "tea", text: "one", at: 1, state: "pending" as const };
    store.setState({ mine: new Set(["lobby", "tea"]), outgoing: [unsent] });
    rooms.receive({ id: "tea", gone: true, n: 1 });
    expect(store.getState().outgoing).toEqual([]);
    expect(store.getState().problem).toBe(
      "You are no longer in tea. What you wrote last was not sent.",
    );
  });

  test("a room that the server cannot read when the page connects again is not lost, and comes back with what was said", () => {
    const { rooms, session, store } = setUp();
    const state = () => store.getState();
    const before = { ...state(), connection: "lost" as const };
    store.setState({ connection: "down" });
    session.begin({ v: 1, user: ada, rooms: [room("lobby")], late: ["tea", "unknown"] });
    rooms.resume(before);
    expect(state()).toMatchObject({ open: "tea", problem: undefined });
    expect([[...state().mine], [...state().late]]).toEqual([
      ["tea", "lobby"],
      ["tea", "unknown"],
    ]);
    rooms.receive(room("unknown", { n: 1 }));
    rooms.receive(room("tea", { n: 1 }));
    expect([[...state().mine].toSorted(), [...state().late]]).toEqual([
      ["lobby", "tea", "unknown"],
      [],
    ]);
  });

  test("an end of an earlier membership, and a beginning of one that is over, change nothing", () => {
    const { rooms, store } = setUp();
    const isMine = () => store.getState().mine.has("tea");
    rooms.receive(room("tea", { n: 5 }));
    rooms.receive({ id: "tea", gone: true, n: 4 });
    rooms.left("tea", 4);
    expect(isMine()).toBe(true);
    rooms.receive({ id: "tea", gone: true, n: 6 });
    expect(isMine()).toBe(false);
    rooms.receive(room("tea", { n: 5 }));
    expect(isMine()).toBe(false);
    rooms.receive(room("tea", { n: 7 }));
    expect(isMine()).toBe(true);
  });

  test("an event of a private room that one is just leaving does not say that one is in it now", () => {
    const { rooms, store } = setUp();
    store.setState({ mine: new Set(["lobby"]), leaving: { room: "tea", held: true } });
    rooms.receive(room("tea", { kind: "private" }));
    expect(store.getState().done).toBeUndefined();
    rooms.receive(room("den", { kind: "private" }));
    expect(store.getState().done).toBe("You are now in den.");
  });

  test("an older state of a room does not take the place of a newer one", () => {
    const { rooms, store } = setUp();
    const known = () => store.getState().rooms.tea;
    const facts = { id: "tea", kind: "public", topic: undefined, owner: undefined } as const;
    rooms.receive({ ...facts, name: "Newer", rev: 2 });
    rooms.receive({ ...facts, name: "Older", rev: 1 });
    expect(known()?.name).toBe("Newer");
    rooms.receive(room("tea", { name: "Older", rev: 1, online: 3 }));
    expect(known()).toMatchObject({ name: "Newer", rev: 2, online: 3 });
  });

  test("whoever gives a name after another window of the browser has come in is told who they are", () => {
    const { session, store } = setUp();
    const problem = () => store.getState().problem;
    session.joinAs({ name: "Ada" });
    session.begin({ v: 1, user: ada, token: "new", rooms: [] });
    expect(problem()).toBeUndefined();
    session.begin({ v: 1, user: ada, rooms: [] });
    expect(problem()).toBeUndefined();
    session.joinAs({ name: "Bob" });
    expect(session.auth()).toEqual({ token: "" });
    session.begin({ v: 1, user: ada, rooms: [] });
    expect(problem()).toMatch("In this browser you are already Ada.");
  });

  test("a message that comes late does not bring back a room that one has left", async () => {
    const { rooms, store } = setUp();
    store.setState({ mine: new Set(["lobby"]) });
    await rooms.lookUp("zoo");
    await rooms.lookUp("tea");
    expect([...store.getState().mine]).toEqual(["lobby", "tea"]);
  });
});

test("a connection that does not answer `heads` is replaced (promise 5)", async () => {
  const { logs, wire } = setUp({ heads: new NoAnswer(true) });
  await logs.check();
  expect(wire.reconnect).toHaveBeenCalledTimes(1);

  const offline = setUp({ heads: new NoAnswer(false) });
  await offline.logs.check();
  expect(offline.wire.reconnect).not.toHaveBeenCalled();
});
