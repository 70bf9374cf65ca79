import { MessageChannel, type MessagePort, Worker } from "node:worker_threads";
import type { FunctionDefinition } from "../template/read-functions.ts";
import type { Caller, Credentials } from "./credentials.ts";
import { type ErrorPayload, FunctionError } from "./function-error.ts";
import { type FunctionLog, LOG_STREAM } from "./log.ts";

/** What an execution environment of a function needs to start. */
export interface Surroundings {
  readonly definition: FunctionDefinition;
  /** The environment variables except the session token. */
  readonly variables: Readonly<Record<string, string>>;
  readonly endpoint: EndpointAddress;
  readonly credentials: Credentials;
  readonly log: FunctionLog;
}

export interface Invocation {
  readonly payload: string;
  readonly requestId: string;
  /** In milliseconds since the epoch. */
  readonly deadline: number;
}

/** The endpoint of the AWS APIs, for execution environments. */
export interface EndpointAddress {
  readonly url: string;
  /** On the loopback. */
  readonly port: number;
  /** Hosts of AWS that TLS connections end there for, in lower case. */
  readonly hosts: readonly string[];
  /** Serves the connections of an environment, which come over a port. */
  readonly serve: (port: MessagePort) => void;
}

interface Outcome {
  readonly ready?: boolean;
  readonly result?: string;
  readonly error?: ErrorPayload;
}

/**
 * V8's own limit for new objects is 48 MB, of which each thread would keep 32. With less it collects more
 * often and takes no more time, since more of them fit into the processor's cache.
 */
export const YOUNG = { maxYoungGenerationSizeMb: 12 };

const WORKER = new URL("./environment-worker.js", import.meta.url);

/** How long Lambda lets a function initialise, at least. */
const INIT_SECONDS = 10;

/** One execution environment: a worker thread that serves one invocation at a time. */
export class ExecutionEnvironment implements Caller {
  readonly functionId: string;
  /** The origin of the current or last invocation for the counters; undefined before the first. */
  origin: string | undefined;
  /** When it became ready, or ended its last invocation. */
  usedAt = Date.now();
  alive = true;
  readonly #timeout: number;
  readonly #worker: Worker;
  #pending: ((outcome: Outcome) => void) | undefined;

  private constructor({ definition, variables, endpoint, credentials, log }: Surroundings) {
    const token = credentials.open(this);
    const { port1, port2 } = new MessageChannel();
    endpoint.serve(port1);
    this.functionId = definition.id;
    this.#timeout = definition.Timeout;
    this.#worker = new Worker(WORKER, {
      env: { ...variables, AWS_SESSION_TOKEN: token },
      // Without this the thread would inherit the main thread's TypeScript loader.
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: definition.MemorySize, ...YOUNG },
      stdout: true,
      stderr: true,
      workerData: workerData(definition, endpoint, port2),
      transferList: [port2],
    });
    log.follow(this.#worker.stdout, this.#worker.stderr);
    this.#worker.on("message", (outcome: Outcome) => this.#pending?.(outcome));
    this.#worker.on("error", (error) => {
      this.alive = false;
      this.#pending?.({ error: crash(error) });
    });
    this.#worker.on("exit", (code) => {
      this.alive = false;
      credentials.close(token);
      this.#pending?.({
        error: { errorType: "Runtime.ExitError", errorMessage: `Runtime exited with code ${code}` },
      });
    });
  }

  /**
   * Loads the function.
   * @throws {FunctionError} with what its module threw
   */
  static async start(surroundings: Surroundings): Promise<ExecutionEnvironment> {
    const environment = new ExecutionEnvironment(surroundings);
    try {
      await environment.#outcome(Math.max(INIT_SECONDS, surroundings.definition.Timeout));
      return environment;
    } catch (error) {
      await environment.kill();
      throw error;
    }
  }

  /**
   * @param origin what the invocation is counted under
   * @returns what the handler returned, as JSON
   * @throws {FunctionError}
   */
  async invoke(payload: string, requestId: string, origin: string): Promise<string> {
    this.origin = origin;
    const outcome = this.#outcome(this.#timeout);
    const deadline = Date.now() + this.#timeout * 1000;
    this.#worker.postMessage({ payload, requestId, deadline } satisfies Invocation);
    return (await outcome).result ?? "null";
  }

  async kill(): Promise<void> {
    this.alive = false;
    await this.#worker.terminate();
  }

  #outcome(seconds: number): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const errorMessage = `Task timed out after ${seconds.toFixed(2)} seconds`;
        this.#pending?.({ error: { errorType: "Sandbox.Timedout", errorMessage } });
        void this.kill();
      }, seconds * 1000);
      this.#pending = (outcome) => {
        clearTimeout(timer);
        this.#pending = undefined;
        this.usedAt = Date.now();
        if (outcome.error) reject(new FunctionError(outcome.error));
        else resolve(outcome);
      };
    });
  }
}

/** What the thread needs to load the function and to create the handler's context. */
function workerData(
  definition: FunctionDefinition,
  { port: endpointPort, hosts }: EndpointAddress,
  port: MessagePort,
) {
  const context = {
    functionName: definition.name,
    functionVersion: "$LATEST",
    invokedFunctionArn: definition.arn,
    memoryLimitInMB: String(definition.MemorySize),
    logGroupName: definition.logGroup,
    logStreamName: LOG_STREAM,
  };
  const endpoint = { port: endpointPort, hosts };
  return { code: definition.code, handler: definition.Handler, context, endpoint, port };
}

export type WorkerData = ReturnType<typeof workerData>;

function crash(error: unknown): ErrorPayload {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const errorType =
    code === "ERR_WORKER_OUT_OF_MEMORY"
      ? "Runtime.OutOfMemory"
      : "Runtime.UnhandledPromiseRejection";
  return { errorType, errorMessage: `${name}: ${message}`, trace: (stack ?? "").split("\n") };
}
