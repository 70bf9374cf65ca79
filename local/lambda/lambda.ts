import { setTimeout as sleep } from "node:timers/promises";
import { type FunctionDefinition, functionName } from "../template/stack.ts";
import { AsyncQueue } from "./async-queue.ts";
import { LambdaFunction } from "./function.ts";
import { FunctionLog } from "./log.ts";
import { functionVariables, type Substitutes } from "./variables.ts";

export interface LambdaOptions {
  /** Where the functions' logs go. */
  readonly logs: string;
  readonly substitutes: Substitutes;
  /** How long an asynchronous invocation waits before each retry, in milliseconds. */
  readonly retryDelays?: readonly number[];
}

/** The Lambda service: functions by name, invoked and awaited or queued. */
export class Lambda {
  readonly #options: LambdaOptions;
  readonly #logs = new Map<string, FunctionLog>();
  readonly #functions = new Map<string, LambdaFunction>();
  readonly #running = new Set<Promise<unknown>>();
  readonly #queue: AsyncQueue;

  constructor(options: LambdaOptions) {
    this.#options = options;
    this.#queue = new AsyncQueue(
      (name, payload) => this.invoke(name, payload),
      options.retryDelays,
    );
  }

  /** New invocations run these; those that run already finish on what they began with. */
  deploy(definitions: readonly FunctionDefinition[]): void {
    const { logs, substitutes } = this.#options;
    for (const definition of definitions) {
      const { id, name } = definition;
      const log = this.#logs.get(id) ?? new FunctionLog(logs, id);
      this.#logs.set(id, log);
      this.#functions.get(name)?.retire();
      const variables = functionVariables(definition, substitutes);
      this.#functions.set(name, new LambdaFunction(definition, variables, log));
    }
  }

  has(nameOrArn: string): boolean {
    return this.#functions.has(functionName(nameOrArn));
  }

  /** What the function returned, as JSON. Fails with a FunctionError if the function did. */
  async invoke(nameOrArn: string, payload: string): Promise<string> {
    const running = this.#function(nameOrArn).invoke(payload);
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  /** Queues the invocation: it is tried again if the function fails. */
  invokeAsync(nameOrArn: string, payload: string): void {
    this.#queue.add(this.#function(nameOrArn).definition, payload);
  }

  /** Waits until nothing runs, for at most so many milliseconds. */
  async idle(milliseconds: number): Promise<void> {
    const timeout = new AbortController();
    const limit = sleep(milliseconds, undefined, { signal: timeout.signal }).catch(() => {});
    let over = false;
    void limit.then(() => {
      over = true;
    });
    while (this.#running.size > 0 && !over) {
      await Promise.race([Promise.allSettled(this.#running), limit]);
    }
    timeout.abort();
  }

  async stop(): Promise<void> {
    this.#queue.stop();
    await Promise.all([...this.#functions.values()].map((lambda) => lambda.stop()));
    for (const log of this.#logs.values()) log.close();
  }

  #function(nameOrArn: string): LambdaFunction {
    const found = this.#functions.get(functionName(nameOrArn));
    if (found === undefined) throw new Error(`There is no function ${nameOrArn}`);
    return found;
  }
}
