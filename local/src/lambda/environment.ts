import { randomUUID } from "node:crypto";
import type { Writable } from "node:stream";
import { Worker } from "node:worker_threads";
import { type ErrorPayload, FunctionError } from "./function-error.ts";

/** What an execution environment is made from. */
export interface Definition {
  readonly code: string;
  readonly handler: string;
  /** What is the same in every invocation's context. */
  readonly context: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
  /** The ports of this machine that stand for hosts of AWS. */
  readonly hosts: Readonly<Record<string, number>>;
  readonly memorySize: number;
  /** In seconds. */
  readonly timeout: number;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Gives a new environment its session token, and takes it back. */
  open(environment: ExecutionEnvironment): string;
  close(token: string): void;
  /** Tells what an invocation is counted under. */
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

/** Lambda's bound on what a function does before its first invocation. */
const INIT_SECONDS = 10;

/** One execution environment: a worker thread that serves one invocation at a time. */
export class ExecutionEnvironment {
  readonly #definition: Definition;
  readonly #worker: Worker;
  #pending: ((outcome: Outcome) => void) | undefined;
  alive = true;
  /** What the invocation that runs, or the last one, is counted under. */
  origin: string | undefined;
  #thawed: Promise<void> = Promise.resolve();
  #thaw: (() => void) | undefined;

  private constructor(definition: Definition) {
    const { stdout, stderr, code, handler, context, hosts } = definition;
    const token = definition.open(this);
    this.#definition = definition;
    this.#worker = new Worker(WORKER, {
      env: { ...definition.environment, AWS_SESSION_TOKEN: token },
      // Without this the thread would load what runs the TypeScript of the main one.
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: definition.memorySize },
      stdout: true,
      stderr: true,
      workerData: { code, handler, context, hosts },
    });
    this.#worker.stdout.pipe(stdout, { end: false });
    this.#worker.stderr.pipe(stderr, { end: false });
    this.#worker.on("message", (outcome: Outcome) => {
      // At once unless it is frozen: an exit may follow in the same turn.
      if (this.#thaw === undefined) this.#pending?.(outcome);
      else void this.#thawed.then(() => this.#pending?.(outcome));
    });
    this.#worker.on("error", (error) => {
      this.alive = false;
      this.#pending?.({ error: crash(error) });
    });
    this.#worker.on("exit", (code) => {
      this.alive = false;
      definition.close(token);
      this.#pending?.({
        error: { errorType: "Runtime.ExitError", errorMessage: `Runtime exited with code ${code}` },
      });
    });
  }

  /** Loads the function; fails with what its module threw. */
  static async start(definition: Definition): Promise<ExecutionEnvironment> {
    const environment = new ExecutionEnvironment(definition);
    try {
      await environment.#outcome(Math.max(INIT_SECONDS, definition.timeout));
      return environment;
    } catch (error) {
      await environment.stop();
      throw error;
    }
  }

  async invoke(payload: string, requestId: string = randomUUID()): Promise<string> {
    const { timeout, begin } = this.#definition;
    this.origin = begin(requestId, this.origin === undefined);
    const outcome = this.#outcome(timeout);
    const invocation: Invocation = { payload, requestId, deadline: Date.now() + timeout * 1000 };
    this.#worker.postMessage(invocation);
    return (await outcome).result ?? "null";
  }

  /** Holds back what it answers and what it is answered, until `thaw`. */
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
