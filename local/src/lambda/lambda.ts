import { once } from "node:events";
import { arn } from "../arn.ts";
import type { Counters } from "../aws/counters.ts";
import type { Faults } from "../faults.ts";
import { denial } from "../iam/authorize.ts";
import { type FunctionDefinition, functionName } from "../template/definitions.ts";
import { AsyncQueue } from "./async-queue.ts";
import { Credentials } from "./credentials.ts";
import type { EndpointAddress } from "./environment.ts";
import { type Invoking, LambdaFunction } from "./lambda-function.ts";
import { FunctionLog, LOG_STREAM } from "./log.ts";
import { functionVariables, type Substitutes } from "./variables.ts";

interface LambdaOptions {
  /** The folder of the functions' logs. */
  readonly logs: string;
  readonly substitutes: Substitutes;
  readonly endpoint: EndpointAddress;
  /** How many execution environments a function has at most. */
  readonly environments: number;
  readonly counters: Counters;
  readonly faults: Faults;
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
      (name, payload, expiresAt) =>
        this.#track(this.#function(name).invoke(payload, { expiresAt })),
      options.faults.clocks?.retries,
    );
  }

  /** Replaces functions: new invocations run these, and running ones finish on the former code. */
  deploy(definitions: readonly FunctionDefinition[]): void {
    const { logs, substitutes, endpoint, environments, counters, faults } = this.#options;
    const { credentials } = this;
    for (const definition of definitions) {
      const { id, name } = definition;
      const log = this.#logs.get(id) ?? new FunctionLog(logs, id);
      this.#logs.set(id, log);
      log.allow(logDenial(definition));
      this.#functions.get(name)?.retire();
      const variables = {
        ...functionVariables(definition, substitutes),
        ...credentials.variables(id),
      };
      const surroundings = { definition, variables, endpoint, credentials, log };
      const lambda = new LambdaFunction(surroundings, environments, counters, faults);
      this.#functions.set(name, lambda);
    }
  }

  has(nameOrArn: string): boolean {
    return this.#functions.has(functionName(nameOrArn));
  }

  definitions(): FunctionDefinition[] {
    return [...this.#functions.values()].map(({ definition }) => definition);
  }

  /** Whether a service may invoke the function on behalf of the source with that ARN. */
  admits(nameOrArn: string, service: string, sourceArn: string): boolean {
    const { definition } = this.#function(nameOrArn);
    if (definition.permissions.some((one) => one.allows(service, sourceArn))) return true;
    console.error(
      `${definition.id}: ${service} is not allowed to perform lambda:InvokeFunction on ${definition.arn} from ${sourceArn}; an AWS::Lambda::Permission would allow it`,
    );
    return false;
  }

  /**
   * @returns what the function returned, as JSON
   * @throws {FunctionError} if the function failed
   */
  invoke(nameOrArn: string, payload: string, options?: Invoking): Promise<string> {
    return this.#track(this.#function(nameOrArn).invoke(payload, options));
  }

  /** Queues an invocation: it is tried again if the function fails. */
  invokeAsync(nameOrArn: string, payload: string): void {
    this.#queue.add(this.#function(nameOrArn).definition, payload);
  }

  /** Waits until nothing runs, for at most this many milliseconds. */
  async idle(milliseconds: number): Promise<void> {
    const timeout = AbortSignal.timeout(milliseconds);
    const over = once(timeout, "abort");
    while (this.#running.size > 0 && !timeout.aborted) {
      await Promise.race([Promise.allSettled(this.#running), over]);
    }
  }

  async stop(): Promise<void> {
    this.#queue.stop();
    await Promise.all([...this.#functions.values()].map((lambda) => lambda.stop()));
    for (const log of this.#logs.values()) log.close();
  }

  async #track(invocation: Promise<string>): Promise<string> {
    this.#running.add(invocation);
    try {
      return await invocation;
    } finally {
      this.#running.delete(invocation);
    }
  }

  #function(nameOrArn: string): LambdaFunction {
    const found = this.#functions.get(functionName(nameOrArn));
    if (found === undefined) throw new Error(`There is no function ${nameOrArn}`);
    return found;
  }
}

/** Why the role does not let Lambda write the function's log, if it does not. */
function logDenial({ name, role, logGroup }: FunctionDefinition): string | undefined {
  const resource = arn("logs", `log-group:${logGroup}:log-stream:${LOG_STREAM}`);
  return ["logs:CreateLogStream", "logs:PutLogEvents"]
    .map((action) => denial({ name, role }, { action, resource }))
    .find((problem) => problem !== undefined);
}
