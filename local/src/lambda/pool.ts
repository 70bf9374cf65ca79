import { type Definition, ExecutionEnvironment } from "./environment.ts";

interface Job {
  readonly payload: string;
  readonly requestId: string;
  /** Whether only an environment that has served nothing yet will do. */
  readonly cold: boolean;
  readonly resolve: (result: string) => void;
  readonly reject: (error: unknown) => void;
}

/** A function's execution environments: as many as run at once, up to a bound; then first come. */
export class Pool {
  readonly #definition: Definition;
  readonly #size: number;
  readonly #environments = new Set<ExecutionEnvironment>();
  readonly #idle: ExecutionEnvironment[] = [];
  readonly #used = new WeakSet<ExecutionEnvironment>();
  readonly #waiting: Job[] = [];
  #starting = 0;
  #retired = false;

  constructor(definition: Definition, size: number) {
    this.#definition = definition;
    this.#size = size;
  }

  run(payload: string, requestId: string, cold = false): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ payload, requestId, cold, resolve, reject });
      this.#next();
    });
  }

  /** Lets what runs finish, then ends the threads. */
  retire(): void {
    this.#retired = true;
    this.#next();
  }

  async stop(): Promise<void> {
    this.#retired = true;
    // What still waits would find its code gone.
    this.#waiting.splice(0);
    await Promise.all([...this.#environments].map((environment) => environment.stop()));
  }

  #next(): void {
    for (const job of [...this.#waiting]) {
      const environment = this.#takeIdle(job);
      if (environment === undefined) continue;
      this.#waiting.splice(this.#waiting.indexOf(job), 1);
      void this.#serve(environment, job);
    }
    const wanted = this.#waiting.length - this.#starting;
    let room = this.#size - this.#environments.size - this.#starting;
    // What is idle still is of no use to those that wait.
    for (; room < wanted && this.#idle.length > 0; room++) this.#end(this.#idle.shift());
    for (let count = Math.min(room, wanted); count > 0; count--) void this.#start();
    if (this.#retired && this.#waiting.length === 0) {
      for (const environment of this.#idle.splice(0)) void environment.stop();
    }
  }

  #takeIdle(job: Job): ExecutionEnvironment | undefined {
    const index = this.#idle.findLastIndex((idle) => !job.cold || !this.#used.has(idle));
    const [environment] = index < 0 ? [] : this.#idle.splice(index, 1);
    if (environment === undefined || environment.alive) return environment;
    // One that crashed after its last invocation.
    this.#environments.delete(environment);
    return this.#takeIdle(job);
  }

  #end(environment: ExecutionEnvironment | undefined): void {
    if (environment === undefined) return;
    this.#environments.delete(environment);
    void environment.stop();
  }

  async #start(): Promise<void> {
    this.#starting++;
    try {
      const environment = await ExecutionEnvironment.start(this.#definition);
      this.#environments.add(environment);
      this.#idle.push(environment);
    } catch (error) {
      // As in Lambda, the next invocation tries the start again.
      this.#waiting.shift()?.reject(error);
    } finally {
      this.#starting--;
      this.#next();
    }
  }

  async #serve(environment: ExecutionEnvironment, job: Job): Promise<void> {
    this.#used.add(environment);
    try {
      job.resolve(await environment.invoke(job.payload, job.requestId));
    } catch (error) {
      job.reject(error);
    } finally {
      if (environment.alive) this.#idle.push(environment);
      else this.#environments.delete(environment);
      this.#next();
    }
  }
}
