import { randomUUID } from "node:crypto";
import type { Counters } from "../aws/counters.ts";
import type { Faults } from "../faults.ts";
import type { FunctionDefinition } from "../template/definitions.ts";
import type { Surroundings } from "./environment.ts";
import { FunctionError } from "./function-error.ts";
import type { FunctionLog } from "./log.ts";
import { Pool } from "./pool.ts";

/** In bytes; https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_RESPONSE = 6 * 1024 * 1024 + 100;

export interface Invoking {
  /** What the invocation is counted under; without one, the function. */
  readonly origin?: string;
  /** Who waits for it: clients take turns. */
  readonly client?: string;
  /** When it is given up if it has not begun, in milliseconds since the epoch. */
  readonly expiresAt?: number;
}

/** A Lambda function of the template. */
export class LambdaFunction {
  readonly definition: FunctionDefinition;
  readonly #pool: Pool;
  readonly #log: FunctionLog;
  readonly #counters: Counters;
  readonly #faults: Faults;

  constructor(
    surroundings: Surroundings & { readonly log: FunctionLog },
    environments: number,
    counters: Counters,
    faults: Faults,
  ) {
    const { definition, log } = surroundings;
    this.definition = definition;
    this.#log = log;
    this.#counters = counters;
    this.#faults = faults;
    const size = Math.min(definition.concurrency ?? environments, environments);
    this.#pool = new Pool(surroundings, size, faults.clocks?.environment);
  }

  /**
   * @returns what the handler returned, as JSON
   * @throws {FunctionError | ExpiredError}
   */
  async invoke(
    payload: string,
    {
      origin = this.definition.id,
      client = "",
      expiresAt = Number.POSITIVE_INFINITY,
    }: Invoking = {},
  ): Promise<string> {
    const requestId = randomUUID();
    const onColdStart = () => this.#counters.add(origin, { coldStarts: 1 });
    const cold = this.#faults.coldStart?.(this.definition.id) ?? false;
    this.#counters.add(origin, { invocations: 1 });
    try {
      const job = { payload, requestId, origin, client, cold, expiresAt, onColdStart };
      return limited(await this.#pool.run(job));
    } catch (error) {
      if (error instanceof FunctionError) this.#log.error(requestId, error.payload);
      throw error;
    }
  }

  /** Accepts no further invocations, and ends when the waiting ones are done. */
  retire(): void {
    this.#pool.retire();
  }

  stop(): Promise<void> {
    return this.#pool.stop();
  }
}

function limited(response: string): string {
  if (Buffer.byteLength(response) <= MAX_RESPONSE) return response;
  throw new FunctionError({
    errorType: "Function.ResponseSizeTooLarge",
    errorMessage: `Response payload size exceeded maximum allowed payload size (${MAX_RESPONSE} bytes).`,
  });
}
