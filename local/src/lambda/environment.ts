import { devNull } from "node:os";
import { MessageChannel, type MessagePort, Worker } from "node:worker_threads";
import { REGION } from "../arn.ts";
import type { FunctionDefinition } from "../template/read-functions.ts";
import type { Caller, Credentials } from "./credentials.ts";
import { type FunctionLog, LOG_STREAM } from "./log.ts";

interface ErrorPayload {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** A failure of a function, as its invoker is told it. */
export class FunctionError extends Error {
  override name = "FunctionError";
  readonly payload: ErrorPayload;

  constructor(payload: ErrorPayload) {
    super(`${payload.errorType}: ${payload.errorMessage}`);
    this.payload = payload;
  }
}

/** An asynchronous invocation that has waited longer than its event's maximum age. */
export class ExpiredError extends Error {
  override name = "ExpiredError";
}

/** What an execution environment of a function needs to start. */
export interface Surroundings {
  readonly definition: FunctionDefinition;
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

/** A message from the thread: a result, an error, or neither once it is ready. */
interface Outcome {
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
  /** Fulfilled once the function is loaded; fails with a FunctionError if its module throws. */
  readonly ready: Promise<unknown>;
  readonly #timeout: number;
  readonly #worker: Worker;
  #pending: ((outcome: Outcome) => void) | undefined;

  private constructor({ definition, endpoint, credentials, log }: Surroundings) {
    this.functionId = definition.id;
    const token = credentials.open(this);
    const { port1, port2 } = new MessageChannel();
    endpoint.serve(port1);
    this.#timeout = definition.Timeout;
    this.#worker = new Worker(WORKER, {
      env: {
        ...functionVariables(definition, endpoint.url),
        ...credentials.variables(definition.id),
        AWS_SESSION_TOKEN: token,
      },
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
    this.ready = this.#outcome(Math.max(INIT_SECONDS, definition.Timeout));
  }

  /** @throws {FunctionError} if Node.js refuses the function's `NODE_OPTIONS` */
  static start(surroundings: Surroundings): ExecutionEnvironment {
    try {
      return new ExecutionEnvironment(surroundings);
    } catch (error) {
      throw new FunctionError(crash(error));
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

/** A function's environment without its credentials; nothing of this process's environment is in it. */
function functionVariables(
  definition: FunctionDefinition,
  endpoint: string,
): Record<string, string> {
  return {
    LANG: "en_US.UTF-8",
    PATH: "/usr/local/bin:/usr/bin:/bin",
    TZ: ":UTC",
    ...definition.environment,
    AWS_ENDPOINT_URL: endpoint,
    // The developer's own settings of the SDK are not the function's.
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    // In AWS the function runs on its runtime's Node, whatever version runs it here.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_EXECUTION_ENV: `AWS_Lambda_${definition.Runtime}`,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.MemorySize),
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: definition.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: LOG_STREAM,
    LAMBDA_TASK_ROOT: definition.code,
    _HANDLER: definition.Handler,
  };
}
