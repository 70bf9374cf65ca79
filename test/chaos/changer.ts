import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { ClientInput } from "../../protocol/events.ts";
import { BareSocket } from "../support/clients.ts";

const ANSWER_MS = 5_000;
const RETRY_MS = 100;

type Changes = "edit" | "delete" | "react";
type Change<E extends Changes> = Omit<ClientInput<E>, "id">;

/**
 * Makes a person's changes of messages, one after the other, each sent again until it is answered.
 */
export class Changer {
  pending = 0;
  readonly #origin: () => string;
  readonly #token: () => string;
  #queue: Promise<void> = Promise.resolve();
  #socket: BareSocket | undefined;
  #closed = false;

  constructor(origin: () => string, token: () => string) {
    this.#origin = origin;
    this.#token = token;
  }

  /** `done` is called with whether the message was changed, or was deleted already. */
  change<E extends Changes>(event: E, data: Change<E>, done: (changed: boolean) => void): void {
    this.pending++;
    const change = { ...data, id: randomUUID() };
    this.#queue = this.#queue.then(async () => {
      while (!this.#closed) {
        const ack = await inTime(this.#emit(event, change)).catch(() => this.#reset());
        if (ack?.ok || ack?.error?.code === "not_found") {
          done(ack.ok);
          this.pending--;
          return;
        }
        await sleep(RETRY_MS);
      }
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#queue;
    this.#reset();
  }

  async #emit(event: Changes, change: object) {
    if (this.#socket === undefined) {
      const socket = await BareSocket.open(this.#origin());
      // A person who is cut off notices by missing answers.
      socket.ws.on("error", () => {});
      this.#socket = socket;
      await socket.connect({ token: this.#token() });
    }
    return this.#socket.emit(event, change);
  }

  #reset(): undefined {
    this.#socket?.ws.terminate();
    this.#socket = undefined;
  }
}

async function inTime<T>(answer: Promise<T>): Promise<T> {
  answer.catch(() => {});
  const late = new AbortController();
  const timeout = sleep(ANSWER_MS, undefined, { signal: late.signal }).then(() => {
    throw new Error("No answer");
  });
  timeout.catch(() => {});
  return Promise.race([answer, timeout]).finally(() => late.abort());
}
