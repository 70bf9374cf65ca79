import type { FunctionDefinition } from "../template/stack.ts";
import { FunctionError } from "./function-error.ts";

type Invoke = (name: string, payload: string) => Promise<unknown>;
type Retries = Pick<FunctionDefinition, "name" | "maximumRetryAttempts" | "maximumEventAge">;

/** Lambda's waits before the first and the second retry. */
const RETRY_DELAYS = [60_000, 120_000];

/** Lambda's asynchronous invocations. They live in memory: a stop forgets the retries. */
export class AsyncQueue {
  readonly #invoke: Invoke;
  readonly #delays: readonly number[];
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(invoke: Invoke, delays: readonly number[] = RETRY_DELAYS) {
    this.#invoke = invoke;
    this.#delays = delays;
  }

  add(definition: Retries, payload: string): void {
    void this.#attempt(definition, payload, 0, Date.now());
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  async #attempt(
    definition: Retries,
    payload: string,
    attempt: number,
    since: number,
  ): Promise<void> {
    try {
      await this.#invoke(definition.name, payload);
    } catch (error) {
      // Its log has it already.
      if (!(error instanceof FunctionError)) throw error;
      const delay = this.#delays[attempt];
      if (delay === undefined || attempt >= definition.maximumRetryAttempts) return;
      if (Date.now() + delay - since > definition.maximumEventAge * 1000) return;
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        void this.#attempt(definition, payload, attempt + 1, since);
      }, delay);
      this.#timers.add(timer);
    }
  }
}
