import type { FunctionDefinition } from "../template/read-functions.ts";
import { ExpiredError, FunctionError } from "./environment.ts";

/** Invokes a function; fails with an ExpiredError if that cannot begin before `expiresAt`. */
type Invoke = (name: string, payload: string, expiresAt: number) => Promise<unknown>;
type Invoked = Pick<
  FunctionDefinition,
  "id" | "name" | "MaximumRetryAttempts" | "MaximumEventAgeInSeconds"
>;

/** Lambda's waits before the first and the second retry, in milliseconds. */
const RETRY_DELAYS = [60_000, 120_000];

/** Lambda's asynchronous invocations. They are kept in memory: a stop forgets the retries. */
export function asyncQueue(invoke: Invoke, delays: readonly number[] = RETRY_DELAYS) {
  const timers = new Set<NodeJS.Timeout>();
  const attempt = async (
    invoked: Invoked,
    payload: string,
    expiresAt: number,
    retries = 0,
  ): Promise<void> => {
    const { id, name, MaximumRetryAttempts, MaximumEventAgeInSeconds } = invoked;
    try {
      await invoke(name, payload, expiresAt);
    } catch (error) {
      const isExpired = error instanceof ExpiredError;
      if (!isExpired && !(error instanceof FunctionError)) throw error;
      const delay = retries < MaximumRetryAttempts ? delays[retries] : undefined;
      // On AWS a dead-letter queue or a destination would get this.
      if (isExpired || (delay !== undefined && Date.now() + delay > expiresAt)) {
        return console.error(`${id}: an event is dropped after ${MaximumEventAgeInSeconds} s`);
      }
      if (delay === undefined) {
        return console.error(`${id}: an event is dropped after ${retries + 1} attempts`);
      }
      const timer = setTimeout(() => {
        timers.delete(timer);
        void attempt(invoked, payload, expiresAt, retries + 1);
      }, delay);
      timers.add(timer);
    }
  };
  return {
    add: (invoked: Invoked, payload: string) =>
      void attempt(invoked, payload, Date.now() + invoked.MaximumEventAgeInSeconds * 1000),
    stop() {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
