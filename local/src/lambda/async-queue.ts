import type { FunctionDefinition } from "../template/definitions.ts";
import { ExpiredError, FunctionError } from "./function-error.ts";

/** Invokes a function; fails with an ExpiredError if that cannot begin before `expiresAt`. */
type Invoke = (name: string, payload: string, expiresAt: number) => Promise<unknown>;
type Invoked = Pick<FunctionDefinition, "id" | "name" | "maximumRetryAttempts" | "maximumEventAge">;

/** Lambda's waits before the first and the second retry, in milliseconds. */
const RETRY_DELAYS = [60_000, 120_000];

/** Lambda's asynchronous invocations. They are kept in memory: a stop forgets the retries. */
export class AsyncQueue {
  readonly #invoke: Invoke;
  readonly #delays: readonly number[];
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(invoke: Invoke, delays: readonly number[] = RETRY_DELAYS) {
    this.#invoke = invoke;
    this.#delays = delays;
  }

  add(invoked: Invoked, payload: string): void {
    void this.#attempt(invoked, payload, 0, Date.now() + invoked.maximumEventAge * 1000);
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  async #attempt(
    invoked: Invoked,
    payload: string,
    retries: number,
    expiresAt: number,
  ): Promise<void> {
    const { id, name, maximumRetryAttempts, maximumEventAge } = invoked;
    try {
      await this.#invoke(name, payload, expiresAt);
    } catch (error) {
      const isExpired = error instanceof ExpiredError;
      if (!isExpired && !(error instanceof FunctionError)) throw error;
      const delay = retries < maximumRetryAttempts ? this.#delays[retries] : undefined;
      // On AWS a dead-letter queue or a destination would get this.
      if (isExpired || (delay !== undefined && Date.now() + delay > expiresAt)) {
        return console.error(`${id}: an event is dropped after ${maximumEventAge} s`);
      }
      if (delay === undefined) {
        return console.error(`${id}: an event is dropped after ${retries + 1} attempts`);
      }
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        void this.#attempt(invoked, payload, retries + 1, expiresAt);
      }, delay);
      this.#timers.add(timer);
    }
  }
}
