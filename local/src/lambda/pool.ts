import { ExecutionEnvironment, ExpiredError, type Surroundings } from "./environment.ts";

interface Job {
  readonly payload: string;
  readonly requestId: string;
  /** The origin for the counters. */
  readonly origin: string;
  /** Who waits for it. */
  readonly client: string;
  /** When it is given up if it is still waiting, in milliseconds since the epoch. */
  readonly expiresAt: number;
  /** Called if it is the first job of its environment. */
  onColdStart(): void;
}

interface Waiting {
  readonly job: Job;
  readonly resolve: (result: string) => void;
  readonly reject: (error: unknown) => void;
}

/** How long an environment may be idle, in ms. Lambda keeps it for minutes, but one machine's memory is short. */
const IDLE = 30_000;

/**
 * A function's execution environments: one for each running job, up to a limit. Those that have been idle
 * for long end, except the last one.
 */
export class Pool {
  readonly #surroundings: Surroundings;
  readonly #size: number;
  readonly #ends: NodeJS.Timeout;
  readonly #environments = new Set<ExecutionEnvironment>();
  /** The one that was used last comes last, and is used first. */
  readonly #idle: ExecutionEnvironment[] = [];
  /**
   * By client, in the order in which their turns come. Lambda has environments for all; here one
   * client's many jobs must not hold up the others'.
   */
  readonly #waiting = new Map<string, Waiting[]>();
  /** How many jobs wait. */
  #count = 0;
  #starting = 0;
  #retired = false;

  constructor(surroundings: Surroundings, size: number, idle = IDLE) {
    this.#surroundings = surroundings;
    this.#size = size;
    this.#ends = setInterval(() => {
      const before = Date.now() - idle;
      const longIdle = this.#idle.filter(({ usedAt }) => usedAt < before);
      if (longIdle.length === this.#environments.size) longIdle.pop();
      for (const environment of longIdle) {
        this.#idle.splice(this.#idle.indexOf(environment), 1);
        this.#environments.delete(environment);
        void environment.kill();
      }
    }, idle / 3).unref();
  }

  /**
   * @returns what the handler returned, as JSON
   * @throws {FunctionError | ExpiredError}
   */
  run(job: Job): Promise<string> {
    return new Promise((resolve, reject) => {
      const jobs = this.#waiting.get(job.client) ?? [];
      jobs.push({ job, resolve, reject });
      this.#waiting.set(job.client, jobs);
      this.#count++;
      this.#next();
    });
  }

  /** Ends the environments once no job is left. */
  retire(): void {
    this.#retired = true;
    this.#next();
  }

  async stop(): Promise<void> {
    this.#retired = true;
    clearInterval(this.#ends);
    this.#waiting.clear();
    this.#count = 0;
    await Promise.all([...this.#environments].map((environment) => environment.kill()));
  }

  #next(): void {
    // A client with more jobs is put at the end, and met again.
    for (const client of this.#waiting.keys()) {
      // Thousands may be waiting, so stop as soon as no environment is idle.
      const environment = this.#takeIdle();
      if (environment === undefined) break;
      void this.#serve(environment, this.#take(client));
    }
    const wanted = this.#count - this.#starting;
    const room = this.#size - this.#environments.size;
    for (let count = Math.min(room, wanted); count > 0; count--) void this.#start();
    if (this.#retired && this.#count === 0) {
      for (const environment of this.#idle.splice(0)) void environment.kill();
      clearInterval(this.#ends);
    }
  }

  /** Takes the first job that waits for a client, and ends the client's turn. */
  #take(client: string): Waiting | undefined {
    const jobs = this.#waiting.get(client) ?? [];
    const first = jobs.shift();
    this.#waiting.delete(client);
    if (jobs.length > 0) this.#waiting.set(client, jobs);
    if (first) this.#count--;
    return first;
  }

  #takeIdle(): ExecutionEnvironment | undefined {
    const environment = this.#idle.pop();
    if (environment === undefined || environment.alive) return environment;
    // It crashed after its last invocation.
    this.#environments.delete(environment);
    return this.#takeIdle();
  }

  async #start(): Promise<void> {
    this.#starting++;
    let environment: ExecutionEnvironment | undefined;
    try {
      environment = ExecutionEnvironment.start(this.#surroundings);
      this.#environments.add(environment);
      await environment.ready;
      this.#idle.push(environment);
    } catch (error) {
      if (environment !== undefined) this.#environments.delete(environment);
      await environment?.kill();
      // As in Lambda, the next invocation tries to start one again.
      const [client = ""] = this.#waiting.keys();
      this.#take(client)?.reject(error);
    } finally {
      this.#starting--;
      this.#next();
    }
  }

  async #serve(environment: ExecutionEnvironment, waiting: Waiting | undefined): Promise<void> {
    try {
      if (waiting === undefined) return;
      const { job, resolve } = waiting;
      if (Date.now() > job.expiresAt) throw new ExpiredError();
      if (environment.origin === undefined) job.onColdStart();
      resolve(await environment.invoke(job.payload, job.requestId, job.origin));
    } catch (error) {
      waiting?.reject(error);
    } finally {
      if (environment.alive) this.#idle.push(environment);
      else this.#environments.delete(environment);
      this.#next();
    }
  }
}
