import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { arn, functionName } from "../arn.ts";
import type { Counters } from "../aws/counters.ts";
import type { Faults } from "../faults.ts";
import { denial } from "../iam/authorize.ts";
import type { FunctionDefinition } from "../template/read-functions.ts";
import { asyncQueue } from "./async-queue.ts";
import { Credentials } from "./credentials.ts";
import { type EndpointAddress, FunctionError } from "./environment.ts";
import { FunctionLog, LOG_STREAM } from "./log.ts";
import { Pool } from "./pool.ts";

/** In bytes; https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_RESPONSE = 6 * 1024 * 1024 + 100;

interface LambdaOptions {
  /** The folder of the functions' logs. */
  readonly logs: string;
  readonly endpoint: EndpointAddress;
  /** How many execution environments a function has at most. */
  readonly environments: number;
  readonly counters: Counters;
  readonly faults: Faults;
}

interface Invoking {
  /** What the invocation is counted under; without one, the function. */
  readonly origin?: string;
  /** Who waits for it: clients take turns. */
  readonly client?: string;
  /** When it is given up if it has not begun, in milliseconds since the epoch. */
  readonly expiresAt?: number;
}

interface LambdaFunction {
  readonly definition: FunctionDefinition;
  readonly pool: Pool;
  readonly log: FunctionLog;
}

/** The Lambda service: functions by name, invoked and awaited or queued. */
export class Lambda {
  readonly credentials = new Credentials();
  /** By logical id, which stays the same if a deployment changes the name. */
  readonly definitions = new Map<string, FunctionDefinition>();
  readonly #options: LambdaOptions;
  readonly #logs = new Map<string, FunctionLog>();
  readonly #functions = new Map<string, LambdaFunction>();
  readonly #running = new Set<Promise<unknown>>();
  readonly #queue: ReturnType<typeof asyncQueue>;

  constructor(options: LambdaOptions) {
    this.#options = options;
    this.#queue = asyncQueue(
      (name, payload, expiresAt) => this.invoke(name, payload, { expiresAt }),
      options.faults.clocks?.retries,
    );
  }

  /** Replaces functions: new invocations run these, and running ones finish on the former code. */
  deploy(definitions: readonly FunctionDefinition[]): void {
    const { logs, endpoint, environments, faults } = this.#options;
    const { credentials } = this;
    for (const definition of definitions) {
      const { id, name, ReservedConcurrentExecutions = environments } = definition;
      const log = this.#logs.get(id) ?? new FunctionLog(logs, id);
      this.#logs.set(id, log);
      log.allow(logDenial(definition));
      this.#functions.get(name)?.pool.retire();
      const surroundings = { definition, endpoint, credentials, log };
      const size = Math.min(ReservedConcurrentExecutions, environments);
      const pool = new Pool(surroundings, size, faults.clocks?.environment);
      this.#functions.set(name, { definition, pool, log });
      this.definitions.set(id, definition);
    }
  }

  has(nameOrArn: string): boolean {
    return this.#functions.has(functionName(nameOrArn));
  }

  /** Whether a service may invoke the function on behalf of the source with that ARN. */
  admits(nameOrArn: string, service: string, sourceArn: string): boolean {
    const { definition } = this.#function(nameOrArn);
    if (definition.permissions.some((allows) => allows(service, sourceArn))) return true;
    console.error(
      `${definition.id}: ${service} is not allowed to perform lambda:InvokeFunction on ${definition.arn} from ${sourceArn}; an AWS::Lambda::Permission would allow it`,
    );
    return false;
  }

  /**
   * @returns what the function returned, as JSON
   * @throws {FunctionError | ExpiredError} if the function failed, or could not begin before `expiresAt`
   */
  async invoke(nameOrArn: string, payload: string, invoking: Invoking = {}): Promise<string> {
    const { definition, pool, log } = this.#function(nameOrArn);
    const { origin = definition.id, client = "", expiresAt = Number.POSITIVE_INFINITY } = invoking;
    const { counters } = this.#options;
    const requestId = randomUUID();
    const onColdStart = () => counters.add(origin, { coldStarts: 1 });
    counters.add(origin, { invocations: 1 });
    const job = { payload, requestId, origin, client, expiresAt, onColdStart };
    const running = pool.run(job);
    this.#running.add(running);
    try {
      return limited(await running);
    } catch (error) {
      if (error instanceof FunctionError) log.error(requestId, error.payload);
      throw error;
    } finally {
      this.#running.delete(running);
    }
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
    await Promise.all([...this.#functions.values()].map(({ pool }) => pool.stop()));
    for (const log of this.#logs.values()) log.close();
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
    .map((action) => denial({ name, role }, action, resource))
    .find((problem) => problem !== undefined);
}

function limited(response: string): string {
  if (Buffer.byteLength(response) <= MAX_RESPONSE) return response;
  throw new FunctionError({
    errorType: "Function.ResponseSizeTooLarge",
    errorMessage: `Response payload size exceeded maximum allowed payload size (${MAX_RESPONSE} bytes).`,
  });
}
