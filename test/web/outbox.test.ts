import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { ClientError, type ErrorCode } from "../../protocol/errors.ts";
import type { ClientInput } from "../../protocol/events.ts";
import { createLogs } from "../../web/chat/log/logs.ts";
import { withoutMine } from "../../web/chat/rooms/known-rooms.ts";
import type { Outgoing } from "../../web/chat/state.ts";
import { NoAnswer } from "../../web/chat/wire/errors.ts";
import { createOutbox } from "../../web/chat/writing/outbox.ts";
import { ada, fakeWire, message, noStorage, noUploads, teaStore } from "./state.ts";

type Message = ClientInput<"message">;

/** What becomes of a try: nothing was done, or the message is in the log and the answer is lost. */
type Fate = "ok" | "lost" | "answer lost" | "disconnected" | ErrorCode;

/** A room's log as the server keeps it, and an outbox that sends to it. */
function setUp(fates: Fate[], options: Partial<Parameters<typeof createOutbox>[0]> = {}) {
  const store = teaStore();
  const log: Message[] = [];
  const tries: Message[] = [];
  const inFlight = new Set<string>();
  const up = (connection: "up" | "down") => store.setState({ connection });

  const entryOf = ({ id, text }: Message, index: number) =>
    message(index + 1, { id, text, author: ada });

  async function post(sent: Message) {
    expect(inFlight).not.toContain(sent.room);
    inFlight.add(sent.room);
    tries.push(sent);
    const fate = fates.shift() ?? "ok";
    await Promise.resolve();
    inFlight.delete(sent.room);
    const done = fate === "ok" || fate === "answer lost";
    if (done && !log.some(({ id }) => id === sent.id)) log.push(sent);
    if (fate === "ok") {
      const index = log.findIndex(({ id }) => id === sent.id);
      return { entry: entryOf(sent, index) };
    }
    if (fate === "disconnected") up("down");
    if (fate === "lost" || fate === "answer lost") throw new NoAnswer(true);
    if (fate === "disconnected") throw new NoAnswer(false);
    throw new ClientError(fate, fate, log.length);
  }

  /** What pages of history begin after that are put off once. */
  const putOff: number[] = [];
  const { wire, asked } = fakeWire((event, data: Message) => {
    if (event === "message") return post(data);
    const { after = 0 } = data;
    if (putOff.includes(after)) {
      putOff.splice(putOff.indexOf(after), 1);
      throw new ClientError("rate_limited", "");
    }
    const entries = log.map(entryOf).slice(after, after + 100);
    return { entries, more: after + 100 < log.length, head: log.length };
  });
  vi.mocked(wire.reconnect).mockImplementation(() => up("down"));
  const outbox = createOutbox({
    store,
    wire,
    logs: createLogs({ store, wire }),
    readMarks: { ownMessage: () => {} },
    storage: noStorage,
    uploads: noUploads,
    wait: () => Promise.resolve(),
    ...options,
  });

  return {
    store,
    outbox,
    log,
    tries,
    asked,
    putOff,
    shown: () => store.getState().outgoing,
    texts: () => log.map(({ text }) => text),
    /** Lets everything happen that can, over as many connections as it takes. */
    async settle() {
      for (let rounds = 0; rounds < 40; rounds++) {
        for (let turns = 0; turns < 200; turns++) await Promise.resolve();
        up("up");
        outbox.flush();
      }
    },
  };
}

describe("the outbox", () => {
  test("it sends each message once and in order, whatever becomes of the tries (promise 3)", async () => {
    const fate = fc.constantFrom<Fate[]>(
      "ok",
      "answer lost",
      "disconnected",
      "busy",
      "internal",
      "stale",
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fate, { maxLength: 9 }),
        fc.integer({ min: 1, max: 6 }),
        async (fates, count) => {
          // A message whose answer is lost twice waits for a person, as another test says.
          const lost = fates.indexOf("answer lost");
          const once = fates.filter((one, at) => one !== "answer lost" || at === lost);
          const { outbox, settle, texts, shown } = setUp(once);
          const sent = Array.from({ length: count }, (_, index) => `message ${index}`);
          for (const text of sent) outbox.add("tea", text);
          await settle();
          expect(texts()).toEqual(sent);
          expect(shown()).toEqual([]);
        },
      ),
    );
  });

  test("it shows a message at once", () => {
    const { outbox, shown } = setUp([]);
    outbox.add("tea", "hello");
    expect(shown()).toMatchObject([{ text: "hello", state: "pending" }]);
  });

  test("it repeats the id and the `after` of the first try", async () => {
    const { outbox, settle, tries, log } = setUp(["answer lost", "disconnected", "busy"]);
    outbox.add("tea", "hello");
    await settle();
    expect(tries.length).toBe(4);
    expect(new Set(tries.map(({ id }) => id)).size).toBe(1);
    expect(tries.map(({ after }) => after)).toEqual([0, 0, 0, 0]);
    expect(log.length).toBe(1);
  });

  test("it stops after a second try without an answer, until a person sends the message again", async () => {
    const { outbox, settle, shown, texts } = setUp(["answer lost", "answer lost"]);
    outbox.add("tea", "one");
    outbox.add("tea", "two");
    await settle();
    expect(shown()).toMatchObject([{ text: "one", state: "failed" }]);
    outbox.retry(shown()[0]?.id ?? "");
    await settle();
    expect(shown()).toEqual([]);
    expect(texts()).toEqual(["one", "two"]);
  });

  test("it shows why the server refuses a message, and sends the next one", async () => {
    const { outbox, settle, shown, texts } = setUp(["too_large"]);
    outbox.add("tea", "one");
    outbox.add("tea", "two");
    await settle();
    expect(shown()).toMatchObject([{ text: "one", state: "failed", error: "too_large" }]);
    expect(texts()).toEqual(["two"]);
    outbox.remove(shown()[0]?.id ?? "");
    expect(shown()).toEqual([]);
  });

  test("it sends what an earlier page left before what is written while that is loaded", async () => {
    // Its clock ran ahead: many messages were written within a millisecond.
    const at = Date.now() + 60_000;
    const stored: Outgoing[] = [{ id: "earlier", room: "tea", text: "old", at, state: "pending" }];
    let load = (): void => {};
    const loaded = new Promise<void>((resolve) => {
      load = resolve;
    });
    const storage = {
      ...noStorage,
      load: async () => {
        await loaded;
        return stored.toSorted((a, b) => a.at - b.at);
      },
      put: async (message: Outgoing) => void stored.push(message),
    };
    const { outbox, texts, shown } = setUp([], { storage });
    outbox.flush();
    outbox.add("tea", "new");
    outbox.add("tea", "newer");
    load();
    await expect.poll(() => texts()).toEqual(["old", "new", "newer"]);
    await expect.poll(() => shown()).toEqual([]);
  });

  test("it deletes from its storage what has left the page", async () => {
    const remove = vi.fn(async () => {});
    const { store, outbox } = setUp([], { storage: { ...noStorage, remove } });
    store.setState({ connection: "down" });
    for (const text of ["one", "two", "three"]) outbox.add("tea", text);
    const ids = store.getState().outgoing.map(({ id }) => id);
    outbox.remove(ids[0] ?? "");
    expect(remove.mock.calls).toEqual([[ids[0]]]);
    // As when the person signs out.
    store.setState({ outgoing: [] });
    expect(remove.mock.calls).toEqual(ids.map((id) => [id]));
  });

  test("it drops a message that another tab has sent", async () => {
    const storage = { ...noStorage, change: async () => undefined };
    const { outbox, shown, tries } = setUp([], { storage });
    outbox.add("tea", "hello");
    await expect.poll(() => shown()).toEqual([]);
    expect(tries).toEqual([]);
  });

  describe("a message that is stale (promise 3)", () => {
    afterEach(() => void vi.useRealTimers());

    /** An outbox whose waits, in ms, take no time, and what others have said meanwhile. */
    function staleAfter(fates: Fate[], others = 1) {
      vi.useFakeTimers({ toFake: ["Date"] });
      const waits: number[] = [];
      const wait = async (ms: number) => {
        waits.push(ms);
        vi.setSystemTime(Date.now() + ms);
      };
      const world = setUp([...fates, "stale"], { wait });
      for (let n = 0; n < others; n++) {
        world.log.push({ room: "tea", id: `theirs ${n}`, text: "not seen here" });
      }
      return { ...world, waits };
    }
    const histories = ({ asked }: ReturnType<typeof setUp>) =>
      asked.flatMap(([event, data]) => (event === "history" ? [data] : []));

    test("is sent again after the head that the server names, if every try was answered", async () => {
      const world = staleAfter(["rate_limited"], 300);
      world.outbox.add("tea", "one");
      await world.settle();
      expect(world.tries.map(({ after }) => after)).toEqual([0, 0, 300]);
      expect(histories(world)).toEqual([]);
      expect(world.texts().filter((text) => text === "one")).toEqual(["one"]);
    });

    test.each<Fate>(["disconnected", "lost", "busy", "internal"])(
      "waits until a try that was %s can no longer come, and looks for it in the log",
      async (fate) => {
        const world = staleAfter([fate], 250);
        world.outbox.add("tea", "one");
        await world.settle();
        const waited = world.waits.reduce((sum, ms) => sum + ms, 0);
        expect(waited).toBeGreaterThanOrEqual(30_000);
        expect(waited).toBeLessThan(40_000);
        expect(histories(world)).toMatchObject([{ after: 0 }, { after: 100 }, { after: 200 }]);
        expect(world.tries.map(({ after }) => after)).toEqual([0, 0, 250]);
        expect(world.texts().filter((text) => text === "one")).toEqual(["one"]);
      },
    );

    test("is found there, if an earlier try has come into the log", async () => {
      const world = staleAfter(["answer lost"], 150);
      world.outbox.add("tea", "one");
      await world.settle();
      expect(world.shown()).toEqual([]);
      expect(world.tries.length).toBe(2);
      expect(world.texts().filter((text) => text === "one")).toEqual(["one"]);
    });

    test("is one even if its earlier try comes while the page waits for that", async () => {
      const world = staleAfter(["lost"], 5);
      const late = () => world.log.push({ room: "tea", id: world.tries[0]?.id ?? "", text: "one" });
      const { waits } = world;
      const push = waits.push.bind(waits);
      vi.spyOn(waits, "push").mockImplementation((ms) => {
        if (ms > 20_000) late();
        return push(ms);
      });
      world.outbox.add("tea", "one");
      await world.settle();
      expect(world.texts().filter((text) => text === "one")).toEqual(["one"]);
    });

    test("keeps how far it has looked, where the server puts a page off", async () => {
      const world = staleAfter(["lost", "stale"], 250);
      world.putOff.push(200);
      world.outbox.add("tea", "one");
      await world.settle();
      expect(histories(world)).toMatchObject([
        { after: 0 },
        { after: 100 },
        { after: 200 },
        { after: 200 },
      ]);
      expect(world.texts().filter((text) => text === "one")).toEqual(["one"]);
    });
  });

  test("it says why a message waits if that lasts, and does not send what is given up meanwhile", async () => {
    const waits: (() => void)[] = [];
    const wait = () => new Promise<void>((resolve) => waits.push(resolve));
    const { outbox, shown, tries, store } = setUp(
      Array.from({ length: 9 }, () => "rate_limited"),
      { wait },
    );
    outbox.add("tea", "one");
    outbox.add("tea", "two");
    await expect.poll(() => waits.length).toBe(1);
    expect(shown()[0]?.error).toBeUndefined();
    waits.pop()?.();
    await expect.poll(() => waits.length).toBe(1);
    expect(shown()).toMatchObject([
      { state: "pending", error: "rate_limited" },
      { state: "pending" },
    ]);
    store.setState((state) => withoutMine(state, "tea"));
    expect(shown()).toEqual([]);
    waits.pop()?.();
    await Promise.resolve();
    expect(waits).toEqual([]);
    expect(tries.length).toBe(2);
  });

  test("it gives up a message that the server puts off again and again", async () => {
    const { outbox, settle, shown } = setUp(Array.from({ length: 30 }, () => "rate_limited"));
    outbox.add("tea", "hello");
    await settle();
    expect(shown()).toMatchObject([{ state: "failed" }]);
  });

  test("it sends to several rooms side by side, and to none that the connection is not in", async () => {
    const { store, outbox, tries } = setUp([]);
    store.setState({ mine: new Set(["tea", "zoo", "late"]), late: new Set(["late"]) });
    for (const room of ["art", "late", "tea", "zoo"]) outbox.add(room, "hello");
    await expect.poll(() => tries.length).toBe(2);
    expect(tries.map(({ room }) => room)).toEqual(["tea", "zoo"]);
  });
});
