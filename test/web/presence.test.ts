import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { TYPING_EVERY_MS, TYPING_MS } from "../../protocol/limits.ts";
import { nameOfRoom, roomName, tagOf, withPeople } from "../../web/chat/people/names.ts";
import { createPresence, LEAVE_MS } from "../../web/chat/people/presence.ts";
import { createTyping } from "../../web/chat/people/typing.ts";
import { withView } from "../../web/chat/store.ts";
import { NoAnswer } from "../../web/chat/wire/errors.ts";
import { ada, bob, fakeWire, message, room, teaStore } from "./state.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe("presence", () => {
  function setUp() {
    const store = teaStore([message(1)]);
    const fates: Error[] = [];
    const { wire, asked } = fakeWire(() => {
      const fate = fates.shift();
      if (fate) throw fate;
      return { online: { count: 1, users: [ada] } };
    });
    const presence = createPresence({ store, wire });
    store.setState((state) =>
      withView(state, "tea", () => ({ online: { count: 2, users: [ada, bob] } })),
    );
    return { store, presence, asked, fates, view: () => store.getState().views.tea };
  }

  test("somebody who goes offline is shown as gone after 10 s, unless they come back by then (promise 8)", () => {
    const { presence, view } = setUp();
    presence.receive({ user: bob, online: false, n: 2 });
    vi.advanceTimersByTime(LEAVE_MS - 1);
    expect(view()?.online?.count).toBe(2);
    presence.receive({ user: bob, online: true, n: 3 });
    vi.advanceTimersByTime(LEAVE_MS);
    expect(view()?.online?.count).toBe(2);
    // A newer notice has overtaken this one.
    presence.receive({ user: bob, online: false, n: 2 });
    vi.advanceTimersByTime(LEAVE_MS);
    expect(view()?.online?.count).toBe(2);
    presence.receive({ user: bob, online: false, n: 4 });
    vi.advanceTimersByTime(LEAVE_MS);
    expect(view()?.online?.users).toEqual([ada]);
  });

  test("whoever the server lists in a room is there, whatever notice was missed", () => {
    const { presence, view } = setUp();
    presence.receive({ user: bob, online: false, n: 2 });
    presence.take("tea", { count: 2, users: [ada, bob] });
    vi.advanceTimersByTime(LEAVE_MS);
    expect(view()?.online?.count).toBe(2);
  });

  test("what lost notices left wrong is put right by asking the server, and only then (promise 8)", async () => {
    const { presence, view, store, asked } = setUp();
    await presence.correct();
    expect(asked).toEqual([]);
    presence.receive({ user: bob, online: true, n: 2 });
    await presence.correct();
    expect(view()?.online).toEqual({ count: 1, users: [ada] });
    expect([...store.getState().present]).toEqual([ada.id]);
    await presence.correct();
    expect(asked).toEqual([["getRoom", { room: "tea" }]]);
    store.setState((state) => withView(state, "tea", () => ({ online: { count: 120 } })));
    await presence.correct();
    expect(view()?.online?.count).toBe(1);
  });

  test("a look that fails is made up for by the next one (promise 8)", async () => {
    const { presence, view, fates } = setUp();
    presence.receive({ user: bob, online: true, n: 2 });
    fates.push(new NoAnswer(true));
    await presence.correct();
    expect(view()?.online?.count).toBe(2);
    await presence.correct();
    expect(view()?.online).toEqual({ count: 1, users: [ada] });
  });

  test("somebody who has left a room is not shown there when they come online again", () => {
    const { presence, view } = setUp();
    presence.take("tea", { count: 2, users: [ada, bob] });
    presence.left("tea", bob);
    presence.receive({ user: bob, online: true, n: 3 });
    expect(view()?.online?.users).toEqual([ada]);
    presence.joined("tea", bob);
    expect(view()?.online?.users).toEqual([ada, bob]);
  });

  test("one's own new name is shown at once", () => {
    const { presence, view, store } = setUp();
    presence.take("tea", { count: 2, users: [ada, bob] });
    const renamed = { ...ada, name: "Augusta" };
    presence.renamed(renamed);
    expect(view()?.online?.users).toEqual([bob, renamed]);
    expect(store.getState()).toMatchObject({ user: renamed, people: { [ada.id]: renamed } });
  });

  test("a notice about somebody who was never seen in a room changes nothing there", () => {
    const { presence, view } = setUp();
    const eve = { id: "e5e5", name: "Eve" };
    presence.receive({ user: eve, online: true, n: 1 });
    expect(view()?.online?.count).toBe(2);
    presence.joined("tea", eve);
    presence.left("tea", bob);
    expect(view()?.online?.users).toEqual([ada, eve]);
    expect(view()?.notices).toMatchObject([
      { kind: "joined", user: eve, after: 1 },
      { kind: "left", user: bob, after: 1 },
    ]);
  });
});

describe("typing", () => {
  test("it is sent at most every 3 s, and its notice goes after 5 s", () => {
    const store = teaStore();
    const { wire, asked } = fakeWire();
    const typing = createTyping({ store, wire });
    typing.send("tea");
    vi.advanceTimersByTime(TYPING_EVERY_MS - 1);
    typing.send("tea");
    typing.send("elsewhere");
    expect(asked).toEqual([["typing", { room: "tea" }]]);
    vi.advanceTimersByTime(1);
    typing.send("tea");
    expect(asked.length).toBe(2);

    const shown = () => store.getState().typing.tea ?? [];
    typing.receive({ room: "tea", user: bob });
    typing.receive({ room: "tea", user: ada });
    vi.advanceTimersByTime(TYPING_MS - 1);
    typing.receive({ room: "tea", user: bob });
    vi.advanceTimersByTime(TYPING_MS - 1);
    expect(shown()).toEqual([bob]);
    vi.advanceTimersByTime(1);
    expect(shown()).toEqual([]);
    typing.receive({ room: "tea", user: bob });
    typing.end("tea", bob.id);
    expect(shown()).toEqual([]);
  });
});

describe("names", () => {
  test("a name that several people have is followed by a part of their ids", () => {
    const other = { id: "c3c3c3", name: "ada" };
    const one = withPeople({ people: {}, namesakes: new Set() }, [ada, bob]);
    expect(one.namesakes.size).toBe(0);
    expect(withPeople(one, [ada])).toEqual(one);
    const two = withPeople(one, [other]);
    expect([...two.namesakes].toSorted()).toEqual([ada.id, other.id]);
    expect(tagOf(other.id)).toBe("c3c3");
    expect(withPeople(two, [{ ...other, name: "Eve" }]).namesakes.size).toBe(0);
  });

  test("a direct room has the name of the other person", () => {
    const direct = room("d-1", { kind: "direct", users: [ada, bob], name: "" });
    expect(roomName({ people: {}, user: ada }, direct)).toBe("Bob");
    expect(roomName({ people: {}, user: bob }, direct)).toBe("Ada");
    const state = { people: { [bob.id]: { ...bob, name: "Bert" } }, user: ada };
    expect(nameOfRoom({ ...state, rooms: { "d-1": direct } }, "d-1")).toBe("Bert");
    expect(roomName(state, room("tea"))).toBe("tea");
    expect(nameOfRoom({ ...state, rooms: {} }, "zoo")).toBe("");
  });
});
