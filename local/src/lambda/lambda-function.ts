import { randomUUID } from "node:crypto";
import type { Counters } from "../aws/counters.ts";
import type { Faults } from "../faults.ts";
import type { FunctionDefinition } from "../template/definitions.ts";
import type { EnvironmentOptions } from "./environment.ts";
import { FunctionError } from "./function-error.ts";
import { type FunctionLog, LOG_STREAM } from "./log.ts";
import { Pool } from "./pool.ts";

/** What one machine bears; Lambda runs a thousand at once and more. */
const MAX_ENVIRONMENTS = 16;

/** In bytes; https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_RESPONSE = 6 * 1024 * 1024 + 100;

/** A Lambda function of the template. */
export class LambdaFunction {
  readonly definition: FunctionDefinition;
  readonly #pool: Pool;
  readonly #log: FunctionLog;
  readonly #counters: Counters;
  /** The origins that running and waiting invocations are counted under, by request id. */
  readonly #origins = new Map<string, string>();
  readonly #faults: Faults;

  constructor(
    definition: FunctionDefinition,
    surroundings: Pick<EnvironmentOptions, "environment" | "hosts" | "open" | "close">,
    log: FunctionLog,
    counters: Counters,
    faults: Faults,
  ) {
    this.definition = definition;
    this.#log = log;
    this.#counters = counters;
    this.#faults = faults;
    const { code, handler, id, memorySize, timeout } = definition;
    this.#pool = new Pool(
      {
        ...surroundings,
        code,
        handler,
        memorySize,
        timeout,
        context: {
          functionName: definition.name,
          functionVersion: "$LATEST",
          invokedFunctionArn: definition.arn,
          memoryLimitInMB: String(memorySize),
          logGroupName: definition.logGroup,
          logStreamName: LOG_STREAM,
        },
        begin: (requestId, cold) => {
          const origin = this.#origins.get(requestId) ?? id;
          if (cold) counters.add(origin, { coldStarts: 1 });
          return origin;
        },
        stdout: log.stdout,
        stderr: log.stderr,
      },
      Math.min(definition.concurrency ?? MAX_ENVIRONMENTS, MAX_ENVIRONMENTS),
    );
  }

  /**
   * @returns what the handler returned, as JSON
   * @throws {FunctionError | ExpiredError}
   */
  async invoke(
    payload: string,
    origin = this.definition.id,
    expiresAt = Number.POSITIVE_INFINITY,
  ): Promise<string> {
    const requestId = randomUUID();
    this.#origins.set(requestId, origin);
    this.#counters.add(origin, { invocations: 1 });
    try {
      const cold = this.#faults.coldStart?.(this.definition.id) ?? false;
      return limited(await this.#pool.run({ payload, requestId, cold, expiresAt }));
    } catch (error) {
      if (error instanceof FunctionError) this.#log.error(requestId, error.payload);
      throw error;
    } finally {
      this.#origins.delete(requestId);
    }
  }

  /** Takes no further invocations, and ends when those that wait are done. */
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
