import { ExecutionEnvironment, type Surroundings } from "./environment.ts";
import { ExpiredError } from "./function-error.ts";

interface Job {
  readonly payload: string;
  readonly requestId: string;
  /** The origin for the counters. */
  readonly origin: string;
  /** Who waits for it. */
  readonly client: string;
  /** Whether it needs an unused environment. */
  readonly cold: boolean;
  /** When it is given up if it is still waiting, in milliseconds since the epoch. */
  readonly expiresAt: number;
  /** Called if it is the first job of its environment. */
  onColdStart(): void;
}

interface WaitingJob extends Job {
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
  readonly #waiting = new Map<string, WaitingJob[]>();
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
        this.#end(environment);
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
      jobs.push({ ...job, resolve, reject });
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
    // A client that has more to do is met again, after all others.
    for (const [client, jobs] of this.#waiting) {
      // As many may wait as API Gateway admits in seconds, so it ends where no environment is idle.
      if (this.#idle.length === 0) break;
      for (const [at, job] of jobs.entries()) {
        const environment = this.#takeIdle(job);
        if (environment === undefined) continue;
        this.#remove(client, at);
        void this.#serve(environment, job);
        break;
      }
    }
    const wanted = this.#count - this.#starting;
    let room = this.#size - this.#environments.size - this.#starting;
    // Jobs that wait beside idle environments need cold ones: make room for these.
    for (; room < wanted && this.#idle.length > 0; room++) this.#end(this.#idle.shift());
    for (let count = Math.min(room, wanted); count > 0; count--) void this.#start();
    if (this.#retired && this.#count === 0) {
      for (const environment of this.#idle.splice(0)) void environment.kill();
      clearInterval(this.#ends);
    }
  }

  /** Removes a job that waits, and ends the client's turn. */
  #remove(client: string, at: number): WaitingJob | undefined {
    const jobs = this.#waiting.get(client) ?? [];
    const [job] = at === 0 ? [jobs.shift()] : jobs.splice(at, 1);
    this.#waiting.delete(client);
    if (jobs.length > 0) this.#waiting.set(client, jobs);
    if (job) this.#count--;
    return job;
  }

  #takeIdle(job: Job): ExecutionEnvironment | undefined {
    const index = this.#idle.findLastIndex(({ origin }) => !job.cold || origin === undefined);
    const [environment] = index < 0 ? [] : this.#idle.splice(index, 1);
    if (environment === undefined || environment.alive) return environment;
    // It crashed after its last invocation.
    this.#environments.delete(environment);
    return this.#takeIdle(job);
  }

  #end(environment: ExecutionEnvironment | undefined): void {
    if (environment === undefined) return;
    this.#environments.delete(environment);
    void environment.kill();
  }

  async #start(): Promise<void> {
    this.#starting++;
    try {
      const environment = await ExecutionEnvironment.start(this.#surroundings);
      this.#environments.add(environment);
      this.#idle.push(environment);
    } catch (error) {
      // As in Lambda, the next invocation tries to start one again.
      const [client = ""] = this.#waiting.keys();
      this.#remove(client, 0)?.reject(error);
    } finally {
      this.#starting--;
      this.#next();
    }
  }

  async #serve(environment: ExecutionEnvironment, job: WaitingJob): Promise<void> {
    try {
      if (Date.now() > job.expiresAt) throw new ExpiredError();
      if (environment.origin === undefined) job.onColdStart();
      job.resolve(await environment.invoke(job.payload, job.requestId, job.origin));
    } catch (error) {
      job.reject(error);
    } finally {
      if (environment.alive) this.#idle.push(environment);
      else this.#environments.delete(environment);
      this.#next();
    }
  }
}
