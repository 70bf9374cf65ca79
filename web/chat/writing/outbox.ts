import { ClientError } from "../../../protocol/errors.ts";
import type { ClientInput } from "../../../protocol/events.ts";
import { backoff } from "../wire/backoff.ts";
import { sentenceOf } from "../wire/errors.ts";
import { uuid } from "./uuid.ts";

/** A message of one's own that is not known to be in the log. */
export interface Outgoing {
  readonly id: string;
  readonly room: string;
  readonly text: string;
  /** `seq` of the message that it answers. */
  readonly replyTo?: number;
  /** Ids of the people meant. */
  readonly mentions?: readonly string[];
  /** When it was written, by this machine's clock. */
  readonly at: number;
  /** The log's head at the first try. Every retry says the same, which is how the server knows it. */
  readonly after?: number;
  readonly state: "pending" | "failed";
  /** Why it has failed, or why it still waits. */
  readonly error?: string | undefined;
}

type Addition = Pick<Outgoing, "replyTo" | "mentions">;

/**
 * How long in ms a message waits for its answer before its connection is suspected. It is tried on
 * another one then; after twice this time it counts as failed.
 */
export const ANSWER_PATIENCE_MS = 5_000;

export interface OutboxOptions {
  /** Sends once. @throws {ClientError} */
  post(message: ClientInput<"message">): Promise<void>;
  /** Looks for an own message in the log from `after` on; if it is not there, how far it looked. */
  look(message: Outgoing, after: number): Promise<{ found: boolean; upTo: number }>;
  head(room: string): number;
  /** Whether messages to the room can be sent now. */
  ready(room: string): boolean;
  /** The connection seems dead: no answer came. */
  suspect(): void;
  changed(messages: readonly Outgoing[]): void;
  wait?(ms: number): Promise<void>;
  /** Where the messages survive the page. */
  kept?: OutboxStore;
}

/** The messages of one's own outbox, which all tabs of a browser share. */
export interface OutboxStore {
  /** In the order in which they were written. */
  load(): Promise<Outgoing[]>;
  put(message: Outgoing): Promise<void>;
  /**
   * Settles the `after` of a message's first try, which may have been another tab's.
   * @returns what is settled, or undefined if the message is no longer there
   */
  settleAfter(id: string, after: number): Promise<number | undefined>;
  remove(id: string): Promise<void>;
}

export type Outbox = ReturnType<typeof createOutbox>;

/** Tries that the server answered with "not now" before the message counts as failed. */
const MAX_TRIES = 10;

/**
 * Sends one message at a time in each room, in order, until each is in the log once. A message is
 * kept before it is sent, and until its ack: a reload, a crash or another tab goes on with it.
 */
export function createOutbox(options: OutboxOptions) {
  const { post, look, head, ready, suspect, changed, wait = sleep, kept = memoryStore() } = options;
  let messages: readonly Outgoing[] = [];
  const draining = new Set<string>();
  let takingUp: Promise<void> | undefined;
  /** Messages that got no answer on a connection that seemed to be there. */
  const unanswered = new Set<string>();

  function set(next: readonly Outgoing[]): void {
    messages = next;
    changed(messages);
  }

  async function update(id: string, change: Partial<Outgoing>): Promise<void> {
    const message = messages.find((one) => one.id === id);
    if (message === undefined) return;
    const changed = { ...message, ...change };
    set(messages.map((one) => (one === message ? changed : one)));
    await kept.put(changed);
  }

  function say(id: string, error: string): void {
    set(messages.map((one) => (one.id === id ? { ...one, error } : one)));
  }

  function remove(id: string): void {
    unanswered.delete(id);
    if (messages.some((message) => message.id === id)) {
      set(messages.filter((message) => message.id !== id));
      void kept.remove(id);
    }
  }

  function next(room: string): Outgoing | undefined {
    return messages.find((message) => message.room === room && message.state === "pending");
  }

  async function drain(room: string): Promise<void> {
    if (draining.has(room)) return;
    draining.add(room);
    try {
      for (let message = next(room); message && ready(room); message = next(room)) {
        if (!(await send(message))) return;
      }
    } finally {
      draining.delete(room);
    }
  }

  /** @returns false when nothing more can be sent until the next connection */
  async function send(message: Outgoing): Promise<boolean> {
    const { id, room, text, replyTo, mentions } = message;
    const settled = await kept.settleAfter(id, message.after ?? head(room));
    if (settled === undefined) {
      // Another tab has sent it, or its writer has deleted it there.
      set(messages.filter((one) => one.id !== id));
      return true;
    }
    let after = settled;
    set(messages.map((one) => (one.id === id ? { ...one, after, error: undefined } : one)));
    for (let tries = 0; ; tries++) {
      try {
        await post({
          room,
          id,
          text,
          after,
          ...(replyTo !== undefined && { replyTo }),
          ...(mentions !== undefined && { mentions: [...mentions] }),
        });
        remove(id);
        return true;
      } catch (error) {
        const code = error instanceof ClientError ? error.code : undefined;
        if (code === undefined) return unansweredBy(id, error);
        // The connection is unknown to the server; the wire makes a new one.
        if (code === "unauthorized") return false;
        if (!RETRIED.has(code) || tries === MAX_TRIES) {
          await update(id, { state: "failed", error: sentenceOf(error) });
          return true;
        }
        if (code === "stale") {
          const looked = await look(message, after).catch(() => undefined);
          if (looked === undefined) return false;
          if (looked.found) {
            remove(id);
            return true;
          }
          after = looked.upTo;
          await update(id, { after });
        } else {
          // Once is soon over, and not worth a word.
          if (tries > 0) say(id, sentenceOf(error));
          await wait(backoff(tries));
        }
        // Meanwhile it may have been given up, also for the whole page with a sign-in that ended.
        if (!messages.some((one) => one.id === id)) return true;
        if (!ready(room)) return false;
      }
    }
  }

  /** The first time the connection is suspected and replaced; the second time a person decides. */
  async function unansweredBy(id: string, error: unknown): Promise<boolean> {
    const connected = error instanceof Error && "connected" in error && error.connected === true;
    if (!connected) return false;
    if (unanswered.has(id)) await update(id, { state: "failed", error: sentenceOf(error) });
    else unanswered.add(id);
    suspect();
    return false;
  }

  async function add(room: string, text: string, more: Addition): Promise<void> {
    // What is being taken up was written before, and is to stay before.
    if (takingUp !== undefined) await takingUp;
    // Increasing, so that what is taken up again keeps its order.
    const at = Math.max(Date.now(), (messages.at(-1)?.at ?? 0) + 1);
    const message: Outgoing = { ...more, id: uuid(), room, text, at, state: "pending" };
    set([...messages, message]);
    await kept.put(message);
    await drain(room);
  }

  async function takeUp(): Promise<void> {
    const left = await kept.load();
    const known = new Set(messages.map(({ id }) => id));
    const news = left.filter(({ id }) => !known.has(id));
    if (news.length > 0) set([...news, ...messages].toSorted((a, b) => a.at - b.at));
  }

  async function flush(): Promise<void> {
    const mine = takeUp();
    takingUp = mine;
    await mine;
    if (takingUp === mine) takingUp = undefined;
    await Promise.all([...new Set(messages.map(({ room }) => room))].map(drain));
  }

  async function retry(id: string): Promise<void> {
    unanswered.delete(id);
    await update(id, { state: "pending", error: undefined });
    for (const { room } of messages.filter((message) => message.id === id)) await drain(room);
  }

  return {
    /** Takes a message; it is shown from now on. */
    add: (room: string, text: string, more: Addition = {}): void => void add(room, text, more),
    /** Takes up what an earlier page or another tab has left, and sends what waits. */
    flush: (): void => void flush(),
    /** Sends what has failed once more. */
    retry: (id: string): void => void retry(id),
    /** Takes out a message: it has come up in the log, or it was given up. */
    remove,
    /** Gives up all messages to a room. @returns whether there were any */
    forget(room: string): boolean {
      const left = messages.filter((message) => message.room === room);
      for (const { id } of left) remove(id);
      return left.length > 0;
    },
  };
}

const RETRIED = new Set(["busy", "rate_limited", "stale"]);

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Keeps nothing beyond the page. */
function memoryStore(): OutboxStore {
  return {
    load: async () => [],
    put: async () => {},
    settleAfter: async (_, after) => after,
    remove: async () => {},
  };
}
