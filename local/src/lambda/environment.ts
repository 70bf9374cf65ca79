import { randomUUID } from "node:crypto";
import type { Writable } from "node:stream";
import { Worker } from "node:worker_threads";
import { type ErrorPayload, FunctionError } from "./function-error.ts";

/** What a function's execution environments are started with. */
export interface EnvironmentOptions {
  /** The folder of the bundle. */
  readonly code: string;
  readonly handler: string;
  /** The part of the handler's context that is the same in every invocation. */
  readonly context: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
  /** Hosts of AWS that connections end at a local port for. */
  readonly hosts: Readonly<Record<string, number>>;
  /** In MB. */
  readonly memorySize: number;
  /** In seconds. */
  readonly timeout: number;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Gives a new environment its session token; `close` takes it back. */
  open(environment: ExecutionEnvironment): string;
  close(token: string): void;
  /** Told when an invocation begins; tells what it is counted under. */
  begin(requestId: string, cold: boolean): string;
}

export interface Invocation {
  readonly payload: string;
  readonly requestId: string;
  /** In milliseconds since the epoch. */
  readonly deadline: number;
}

interface Outcome {
  readonly ready?: boolean;
  readonly result?: string;
  readonly error?: ErrorPayload;
}

const WORKER = new URL("./environment-worker.js", import.meta.url);

/** How long Lambda lets a function initialise, at least. */
const INIT_SECONDS = 10;

/** One execution environment: a worker thread that serves one invocation at a time. */
export class ExecutionEnvironment {
  readonly #options: EnvironmentOptions;
  readonly #worker: Worker;
  #pending: ((outcome: Outcome) => void) | undefined;
  alive = true;
  /** What the current or the last invocation is counted under. */
  origin: string | undefined;
  #thawed: Promise<void> = Promise.resolve();
  #thaw: (() => void) | undefined;

  private constructor(options: EnvironmentOptions) {
    const { stdout, stderr, code, handler, context, hosts } = options;
    const token = options.open(this);
    this.#options = options;
    this.#worker = new Worker(WORKER, {
      env: { ...options.environment, AWS_SESSION_TOKEN: token },
      // Without this the thread would inherit the main thread's TypeScript loader.
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: options.memorySize },
      stdout: true,
      stderr: true,
      workerData: { code, handler, context, hosts },
    });
    this.#worker.stdout.pipe(stdout, { end: false });
    this.#worker.stderr.pipe(stderr, { end: false });
    this.#worker.on("message", (outcome: Outcome) => {
      // Not later if it is not frozen: an exit may follow in the same turn.
      if (this.#thaw === undefined) this.#pending?.(outcome);
      else void this.#thawed.then(() => this.#pending?.(outcome));
    });
    this.#worker.on("error", (error) => {
      this.alive = false;
      this.#pending?.({ error: crash(error) });
    });
    this.#worker.on("exit", (code) => {
      this.alive = false;
      options.close(token);
      this.#pending?.({
        error: { errorType: "Runtime.ExitError", errorMessage: `Runtime exited with code ${code}` },
      });
    });
  }

  /**
   * Loads the function.
   * @throws {FunctionError} with what its module threw
   */
  static async start(options: EnvironmentOptions): Promise<ExecutionEnvironment> {
    const environment = new ExecutionEnvironment(options);
    try {
      await environment.#outcome(Math.max(INIT_SECONDS, options.timeout));
      return environment;
    } catch (error) {
      await environment.stop();
      throw error;
    }
  }

  async invoke(payload: string, requestId: string = randomUUID()): Promise<string> {
    const { timeout, begin } = this.#options;
    this.origin = begin(requestId, this.origin === undefined);
    const outcome = this.#outcome(timeout);
    const invocation: Invocation = { payload, requestId, deadline: Date.now() + timeout * 1000 };
    this.#worker.postMessage(invocation);
    return (await outcome).result ?? "null";
  }

  /** Holds back the answers from it, and by `thawed` those to it, until `thaw`. */
  freeze(): void {
    if (this.#thaw !== undefined) return;
    this.#thawed = new Promise((resolve) => {
      this.#thaw = resolve;
    });
  }

  thaw(): void {
    this.#thaw?.();
    this.#thaw = undefined;
  }

  thawed(): Promise<void> {
    return this.#thawed;
  }

  async stop(): Promise<void> {
    this.alive = false;
    await this.#worker.terminate();
  }

  #outcome(seconds: number): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const errorMessage = `Task timed out after ${seconds.toFixed(2)} seconds`;
        this.#pending?.({ error: { errorType: "Sandbox.Timedout", errorMessage } });
        void this.stop();
      }, seconds * 1000);
      this.#pending = (outcome) => {
        clearTimeout(timer);
        this.#pending = undefined;
        if (outcome.error) reject(new FunctionError(outcome.error));
        else resolve(outcome);
      };
    });
  }
}

function crash(error: unknown): ErrorPayload {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  const memory =
    typeof error === "object" &&
    error !== null &&
    "code" in error &&
    error.code === "ERR_WORKER_OUT_OF_MEMORY";
  return {
    errorType: memory ? "Runtime.OutOfMemory" : "Runtime.UnhandledPromiseRejection",
    errorMessage: `${name}: ${message}`,
    trace: (stack ?? "").split("\n"),
  };
}
