import { type Definition, ExecutionEnvironment } from "./environment.ts";

interface Job {
  readonly payload: string;
  readonly requestId: string;
  readonly resolve: (result: string) => void;
  readonly reject: (error: unknown) => void;
}

/** A function's execution environments: as many as run at once, up to a bound; then first come. */
export class Pool {
  readonly #definition: Definition;
  readonly #size: number;
  readonly #environments = new Set<ExecutionEnvironment>();
  readonly #idle: ExecutionEnvironment[] = [];
  readonly #waiting: Job[] = [];
  #starting = 0;
  #retired = false;

  constructor(definition: Definition, size: number) {
    this.#definition = definition;
    this.#size = size;
  }

  run(payload: string, requestId: string): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ payload, requestId, resolve, reject });
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
    await Promise.all([...this.#environments].map((environment) => environment.stop()));
  }

  #next(): void {
    while (this.#waiting.length > 0) {
      const environment = this.#idle.pop();
      if (environment === undefined) break;
      // One that crashed after its last invocation.
      if (!environment.alive) this.#environments.delete(environment);
      else void this.#serve(environment, this.#waiting.shift());
    }
    const room = this.#size - this.#environments.size - this.#starting;
    const wanted = this.#waiting.length - this.#starting;
    for (let count = Math.min(room, wanted); count > 0; count--) void this.#start();
    if (this.#retired && this.#waiting.length === 0) {
      for (const environment of this.#idle.splice(0)) void environment.stop();
    }
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

  async #serve(environment: ExecutionEnvironment, job?: Job): Promise<void> {
    if (job === undefined) return;
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
