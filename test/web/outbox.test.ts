import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { ClientError, type ErrorCode } from "../../protocol/errors.ts";
import type { ClientInput } from "../../protocol/events.ts";
import { NoAnswer } from "../../web/chat/wire/wire.ts";
import { createOutbox, type Outgoing } from "../../web/chat/writing/outbox.ts";

type Message = ClientInput<"message">;

/** What becomes of one try: nothing was done, or it was done and only the answer went missing. */
type Fate = "ok" | "lost" | "answer lost" | "disconnected" | ErrorCode;

/** A room's log as the server keeps it, with an outbox that sends to it. */
function setUp(fates: Fate[]) {
  const log: Message[] = [];
  const tries: Message[] = [];
  let shown: readonly Outgoing[] = [];
  let inFlight = 0;
  let up = true;

  async function post(message: Message): Promise<void> {
    expect(++inFlight).toBe(1);
    tries.push(message);
    const fate = fates.shift() ?? "ok";
    await Promise.resolve();
    inFlight--;
    const done = fate === "ok" || fate === "answer lost";
    if (done && !log.some(({ id }) => id === message.id)) log.push(message);
    if (fate === "ok") return;
    if (fate === "lost" || fate === "answer lost") throw new NoAnswer(true);
    if (fate === "disconnected") {
      up = false;
      throw new NoAnswer(false);
    }
    throw new ClientError(fate, fate);
  }

  const outbox = createOutbox({
    post,
    look: async ({ id }) => ({ found: log.some((one) => one.id === id), upTo: log.length }),
    head: () => log.length,
    ready: () => up,
    suspect() {
      up = false;
    },
    changed(messages) {
      shown = messages;
    },
    wait: () => Promise.resolve(),
  });

  return {
    outbox,
    log,
    tries,
    shown: () => shown,
    texts: () => log.map(({ text }) => text),
    /** Lets everything happen that can, over as many connections as it takes. */
    async settle() {
      for (let rounds = 0; rounds < 40; rounds++) {
        for (let turns = 0; turns < 200; turns++) await Promise.resolve();
        up = true;
        outbox.flush();
      }
    },
  };
}

describe("the outbox", () => {
  test("sends each message once and in order whatever becomes of the tries", async () => {
    const fate = fc.constantFrom<Fate[]>("ok", "answer lost", "disconnected", "busy", "stale");
    await fc.assert(
      fc.asyncProperty(
        fc.array(fate, { maxLength: 9 }),
        fc.integer({ min: 1, max: 6 }),
        async (fates, count) => {
          // A second lost answer to one message waits for a person, as another test says.
          const lost = fates.indexOf("answer lost");
          const once = fates.filter((one, at) => one !== "answer lost" || at === lost);
          const { outbox, settle, texts, shown } = setUp(once);
          const sent = Array.from({ length: count }, (_, index) => `message ${index}`);
          for (const text of sent) outbox.add("lobby", text);
          await settle();
          expect(texts()).toEqual(sent);
          expect(shown()).toEqual([]);
        },
      ),
    );
  });

  test("shows a message at once", () => {
    const { outbox, shown } = setUp([]);
    outbox.add("lobby", "hello");
    expect(shown()).toMatchObject([{ text: "hello", state: "pending" }]);
  });

  test("says the same id and `after` at every try", async () => {
    const { outbox, settle, tries, log } = setUp(["answer lost", "disconnected", "busy"]);
    outbox.add("lobby", "hello");
    await settle();
    expect(tries.length).toBe(4);
    expect(new Set(tries.map(({ id }) => id)).size).toBe(1);
    expect(tries.map(({ after }) => after)).toEqual([0, 0, 0, 0]);
    expect(log.length).toBe(1);
  });

  test("waits for a person after the second try without an answer, and retries with the same id", async () => {
    const { outbox, settle, shown, texts } = setUp(["answer lost", "answer lost"]);
    outbox.add("lobby", "one");
    outbox.add("lobby", "two");
    await settle();
    expect(shown()).toMatchObject([{ text: "one", state: "failed" }]);
    outbox.retry(shown()[0]?.id ?? "");
    await settle();
    expect(shown()).toEqual([]);
    expect(texts()).toEqual(["one", "two"]);
  });

  test("shows what the server refuses as failed, with the reason, and goes on with the next", async () => {
    const { outbox, settle, shown, texts } = setUp(["too_large"]);
    outbox.add("lobby", "one");
    outbox.add("lobby", "two");
    await settle();
    expect(shown()).toMatchObject([
      { text: "one", state: "failed", error: "This is too long to send." },
    ]);
    expect(texts()).toEqual(["two"]);
    outbox.remove(shown()[0]?.id ?? "");
    expect(shown()).toEqual([]);
  });

  test("sends what an earlier page left before what is written while it is taken up", async () => {
    const sent: string[] = [];
    let load = (_: Outgoing[]): void => {};
    const outbox = createOutbox({
      post: async ({ text }) => void sent.push(text),
      look: () => Promise.reject(new Error("not asked for")),
      head: () => 0,
      ready: () => true,
      suspect() {},
      changed() {},
      kept: {
        load: () => new Promise((resolve) => (load = resolve)),
        put: async () => {},
        settleAfter: async (_, after) => after,
        remove: async () => {},
      },
    });
    outbox.flush();
    outbox.add("lobby", "new");
    // Its clock ran ahead: many were written within a millisecond.
    const at = Date.now() + 60_000;
    load([{ id: "earlier", room: "lobby", text: "old", at, state: "pending" }]);
    await vi.waitFor(() => expect(sent).toEqual(["old", "new"]));
  });

  test("raises `after` to what was looked through when a message is stale", async () => {
    const { outbox, settle, tries, log } = setUp(["ok", "ok", "stale"]);
    for (const text of ["one", "two", "three"]) outbox.add("lobby", text);
    await settle();
    expect(log.map(({ text }) => text)).toEqual(["one", "two", "three"]);
    expect(tries.at(-1)?.after).toBe(2);
  });

  test("P0-21: says why a message waits, should it last, and sends nothing that is given up meanwhile", async () => {
    const waits: (() => void)[] = [];
    let shown: readonly Outgoing[] = [];
    const post = vi.fn((_: Message) => Promise.reject(new ClientError("rate_limited", "")));
    const outbox = createOutbox({
      post,
      look: () => Promise.reject(new Error("not asked for")),
      head: () => 0,
      ready: () => true,
      suspect() {},
      changed: (messages) => {
        shown = messages;
      },
      wait: () => new Promise((resolve) => waits.push(resolve)),
    });
    outbox.add("tea", "one");
    outbox.add("tea", "two");
    await vi.waitFor(() => expect(waits.length).toBe(1));
    expect(shown[0]?.error).toBeUndefined();
    waits.pop()?.();
    await vi.waitFor(() => expect(waits.length).toBe(1));
    const error = "Too many messages at once. Wait a moment.";
    expect(shown).toMatchObject([{ state: "pending", error }, { state: "pending" }]);
    expect([outbox.forget("tea"), outbox.forget("tea")]).toEqual([true, false]);
    expect(shown).toEqual([]);
    waits.pop()?.();
    await Promise.resolve();
    expect(waits).toEqual([]);
    expect(post).toHaveBeenCalledTimes(2);
  });

  test("gives up a message for which there is never time", async () => {
    const { outbox, settle, shown } = setUp(Array.from({ length: 30 }, () => "rate_limited"));
    outbox.add("lobby", "hello");
    await settle();
    expect(shown()).toMatchObject([{ state: "failed" }]);
  });

  test("sends to several rooms side by side, and to none that is not ready", async () => {
    const post = vi.fn((_: Message) => Promise.resolve());
    const outbox = createOutbox({
      post,
      look: () => Promise.reject(new Error("not asked for")),
      head: () => 0,
      ready: (room) => room !== "closed",
      suspect() {},
      changed() {},
    });
    for (const room of ["closed", "one", "two"]) outbox.add(room, "hello");
    await vi.waitFor(() => expect(post).toHaveBeenCalledTimes(2));
    expect(post).not.toHaveBeenCalledWith(expect.objectContaining({ room: "closed" }));
  });
});
