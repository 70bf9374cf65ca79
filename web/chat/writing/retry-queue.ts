import { ClientError } from "../../../protocol/errors.ts";
import type { ChatStore } from "../store.ts";
import { backoff, sleep } from "../timers.ts";
import { mayPass, NoAnswer } from "../wire/errors.ts";
import type { Wire } from "../wire/wire.ts";

/** How often the server may put something off before it is given up. */
const MAX_REFUSALS = 10;

interface QueueOptions<Item> {
  store: ChatStore;
  wire: Pick<Wire, "reconnect">;
  /** What waits to be sent, in order. */
  waiting(): readonly Item[];
  /** Sends an item once, and takes it out of `waiting` when it is answered. */
  send(item: Item): Promise<void>;
  /** Takes an item out of `waiting` that will not be sent again. */
  giveUp(item: Item, error: unknown): void | Promise<void>;
  /** The server has put an item off more than once. */
  delayed?(item: Item, error: unknown): void;
  /** Connections that may leave an item without an answer before it is given up. */
  maxUnanswered: number;
  wait?: ((ms: number) => Promise<void>) | undefined;
}

/**
 * Sends what a person does, one item at a time in each room and in order, until it is answered. An
 * item carries an id of its own, so it can be sent again after a lost answer and also after
 * `internal`: the server carries it out once (promise 3).
 */
export function createRetryQueue<Item extends { readonly id: string; readonly room: string }>({
  wait = sleep,
  ...options
}: QueueOptions<Item>) {
  const { store, wire, waiting, send, giveUp, delayed, maxUnanswered } = options;
  const draining = new Set<string>();
  /** By id, on how many connections that seemed to be open no answer came. */
  const unanswered = new Map<string, number>();

  /** The item that a room can send now. */
  function next(room: string): Item | undefined {
    const { connection, mine, late } = store.getState();
    if (connection !== "up" || !mine.has(room) || late.has(room)) return undefined;
    return waiting().find((item) => item.room === room);
  }

  async function drain(room: string): Promise<void> {
    if (draining.has(room)) return;
    draining.add(room);
    let current: string | undefined;
    let refusals = 0;
    try {
      for (let item = next(room); item !== undefined; item = next(room)) {
        if (item.id !== current) refusals = 0;
        current = item.id;
        try {
          await send(item);
        } catch (error) {
          // The next connection goes on.
          if (error instanceof NoAnswer) return await noAnswer(item, error);
          const code = error instanceof ClientError ? error.code : undefined;
          // The server does not know this connection; the wire makes a new one.
          if (code === "unauthorized") return;
          // What is `stale` can be sent again once its `after` is raised.
          const again = (mayPass(error) || code === "stale") && refusals < MAX_REFUSALS;
          if (!again) await giveUp(item, error);
          else {
            // The first delay is short, so the page does not mention it.
            if (refusals > 0) delayed?.(item, error);
            await wait(backoff(refusals++));
          }
        }
      }
    } finally {
      draining.delete(room);
    }
  }

  async function noAnswer(item: Item, error: NoAnswer): Promise<void> {
    if (!error.connected) return;
    const times = (unanswered.get(item.id) ?? 0) + 1;
    unanswered.set(item.id, times);
    if (times === maxUnanswered) await giveUp(item, error);
    // It may be dead.
    wire.reconnect();
  }

  /** Sends what waits, in all rooms. */
  function flush(): void {
    for (const room of new Set(waiting().map((item) => item.room))) void drain(room);
  }

  store.subscribe(({ connection, mine, late }, before) => {
    const isSame = connection === before.connection && mine === before.mine && late === before.late;
    if (!isSame) flush();
  });

  return {
    flush,
    /** The item is answered, or a person sends it anew: its lost answers no longer count. */
    forget: (id: string): void => void unanswered.delete(id),
  };
}
