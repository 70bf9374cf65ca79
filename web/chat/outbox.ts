import { ClientError } from "../../protocol/errors.ts";
import type { ClientInput } from "../../protocol/events.ts";
import { backoff } from "./backoff.ts";
import { uuid } from "./id.ts";
import { sentenceOf } from "./sentences.ts";

/** A message of one's own that is not known to be in the log. */
export interface Outgoing {
  readonly id: string;
  readonly room: string;
  readonly text: string;
  /** When it was written, by this machine's clock. */
  readonly at: number;
  /** The log's head at the first try. Every retry says the same, which is how the server knows it. */
  readonly after?: number;
  readonly state: "pending" | "failed";
  readonly error?: string;
}

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
}

export type Outbox = ReturnType<typeof createOutbox>;

/** Tries that the server answered with "not now" before the message counts as failed. */
const MAX_TRIES = 10;

/** Sends one message at a time in each room, in order, until each is in the log once. */
export function createOutbox(options: OutboxOptions) {
  const { post, look, head, ready, suspect, changed, wait = sleep } = options;
  let messages: readonly Outgoing[] = [];
  const draining = new Set<string>();
  /** Messages that got no answer on a connection that seemed to be there. */
  const unanswered = new Set<string>();

  function set(next: readonly Outgoing[]): void {
    messages = next;
    changed(messages);
  }

  function update(id: string, change: Partial<Outgoing>): void {
    set(messages.map((message) => (message.id === id ? { ...message, ...change } : message)));
  }

  function remove(id: string): void {
    unanswered.delete(id);
    if (messages.some((message) => message.id === id)) {
      set(messages.filter((message) => message.id !== id));
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
    const { id, room, text } = message;
    let after = message.after ?? head(room);
    if (message.after === undefined) update(id, { after });
    for (let tries = 0; ; tries++) {
      try {
        await post({ room, id, text, after });
        remove(id);
        return true;
      } catch (error) {
        const code = error instanceof ClientError ? error.code : undefined;
        if (code === undefined) return unansweredBy(id, error);
        // The connection is unknown to the server; the wire makes a new one.
        if (code === "unauthorized") return false;
        if (!RETRIED.has(code) || tries === MAX_TRIES) {
          update(id, { state: "failed", error: sentenceOf(error) });
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
          update(id, { after });
        } else await wait(backoff(tries));
        if (!ready(room)) return false;
      }
    }
  }

  /** The first time the connection is suspected and replaced; the second time a person decides. */
  function unansweredBy(id: string, error: unknown): boolean {
    const connected = error instanceof Error && "connected" in error && error.connected === true;
    if (!connected) return false;
    if (unanswered.has(id)) update(id, { state: "failed", error: sentenceOf(error) });
    else unanswered.add(id);
    suspect();
    return false;
  }

  return {
    /** Takes a message; it is shown from now on. */
    add(room: string, text: string): void {
      set([...messages, { id: uuid(), room, text, at: Date.now(), state: "pending" }]);
      void drain(room);
    },
    /** Sends what waits, now that a connection is there. */
    flush(): void {
      for (const room of new Set(messages.map((message) => message.room))) void drain(room);
    },
    retry(id: string): void {
      unanswered.delete(id);
      update(id, { state: "pending" });
      for (const { room } of messages.filter((message) => message.id === id)) void drain(room);
    },
    /** Takes out a message: it has come up in the log, or it was given up. */
    remove,
  };
}

const RETRIED = new Set(["busy", "rate_limited", "stale"]);

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
