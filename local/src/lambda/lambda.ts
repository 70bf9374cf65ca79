import { setTimeout as sleep } from "node:timers/promises";
import type { Counters } from "../aws/counters.ts";
import { ACCOUNT, PARTITION, REGION } from "../aws/place.ts";
import type { Faults } from "../faults.ts";
import { denial } from "../iam/authorize.ts";
import { type FunctionDefinition, functionName } from "../template/stack.ts";
import { AsyncQueue } from "./async-queue.ts";
import { Credentials } from "./credentials.ts";
import type { ExecutionEnvironment } from "./environment.ts";
import { LambdaFunction } from "./lambda-function.ts";
import { FunctionLog, LOG_STREAM } from "./log.ts";
import { functionVariables, type Substitutes } from "./variables.ts";

export interface LambdaOptions {
  /** Where the functions' logs go. */
  readonly logs: string;
  readonly substitutes: Substitutes;
  readonly counters: Counters;
  /** How long an asynchronous invocation waits before each retry, in milliseconds. */
  readonly retryDelays?: readonly number[];
  readonly faults?: Faults;
}

/** The Lambda service: functions by name, invoked and awaited or queued. */
export class Lambda {
  readonly credentials = new Credentials();
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
    const { logs, substitutes, counters, faults } = this.#options;
    const { credentials } = this;
    for (const definition of definitions) {
      const { id, name } = definition;
      const log = this.#logs.get(id) ?? new FunctionLog(logs, id);
      this.#logs.set(id, log);
      log.allow(logDenial(definition));
      this.#functions.get(name)?.retire();
      const surroundings = {
        environment: {
          ...functionVariables(definition, substitutes),
          ...credentials.variables(id),
        },
        hosts: substitutes.hosts,
        open: (environment: ExecutionEnvironment) => credentials.open(id, environment),
        close: (token: string) => credentials.close(token),
      };
      const deployed = new LambdaFunction(definition, surroundings, log, counters, faults);
      this.#functions.set(name, deployed);
    }
  }

  has(nameOrArn: string): boolean {
    return this.#functions.has(functionName(nameOrArn));
  }

  /** The function with that logical id. */
  definition(id: string): FunctionDefinition | undefined {
    return [...this.#functions.values()].find(({ definition }) => definition.id === id)?.definition;
  }

  /** Whether a service may invoke the function, for a source that it names by its ARN. */
  admits(nameOrArn: string, principal: string, sourceArn: string): boolean {
    const { definition } = this.#function(nameOrArn);
    if (definition.permissions.some((one) => one.allows(principal, sourceArn))) return true;
    console.error(
      `${definition.id}: ${principal} is not allowed to perform lambda:InvokeFunction on ${definition.arn} from ${sourceArn}; an AWS::Lambda::Permission would`,
    );
    return false;
  }

  /**
   * What the function returned, as JSON. Fails with a FunctionError if the function did. The
   * invocation is counted under its origin, which is the function if none is named.
   */
  async invoke(nameOrArn: string, payload: string, origin?: string): Promise<string> {
    const invoked = this.#function(nameOrArn);
    const running = invoked.invoke(payload, origin ?? invoked.definition.id);
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

/** Why the role may not write the function's log, if it may not: Lambda does so in its name. */
function logDenial({ name, role, logGroup }: FunctionDefinition): string | undefined {
  const resource = `arn:${PARTITION}:logs:${REGION}:${ACCOUNT}:log-group:${logGroup}:log-stream:${LOG_STREAM}`;
  return ["logs:CreateLogStream", "logs:PutLogEvents"]
    .map((action) => denial({ name, role }, { action, resource }, () => new Map()))
    .find((problem) => problem !== undefined);
}
