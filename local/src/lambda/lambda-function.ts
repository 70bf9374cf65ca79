import { randomUUID } from "node:crypto";
import type { Counters } from "../aws/counters.ts";
import type { Faults } from "../faults.ts";
import type { FunctionDefinition } from "../template/stack.ts";
import type { Definition } from "./environment.ts";
import { FunctionError } from "./function-error.ts";
import { type FunctionLog, LOG_STREAM } from "./log.ts";
import { Pool } from "./pool.ts";

/** A concurrency that one machine bears; Lambda's own bound is in the thousands. */
const MAX_ENVIRONMENTS = 16;

/** In bytes; https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_RESPONSE = 6 * 1024 * 1024 + 100;

/** A Lambda function of the template. */
export class LambdaFunction {
  readonly definition: FunctionDefinition;
  readonly #pool: Pool;
  readonly #log: FunctionLog;
  readonly #counters: Counters;
  /** What the invocations that run or wait are counted under, by request id. */
  readonly #origins = new Map<string, string>();
  readonly #faults: Faults;

  constructor(
    definition: FunctionDefinition,
    surroundings: Pick<Definition, "environment" | "hosts" | "open" | "close">,
    log: FunctionLog,
    counters: Counters,
    faults: Faults = {},
  ) {
    this.definition = definition;
    this.#log = log;
    this.#counters = counters;
    this.#faults = faults;
    this.#pool = new Pool(
      {
        code: definition.code,
        handler: definition.handler,
        context: {
          functionName: definition.name,
          functionVersion: "$LATEST",
          invokedFunctionArn: definition.arn,
          memoryLimitInMB: String(definition.memorySize),
          logGroupName: definition.logGroup,
          logStreamName: LOG_STREAM,
        },
        ...surroundings,
        begin: (requestId, cold) => {
          const origin = this.#origins.get(requestId) ?? definition.id;
          if (cold) counters.add(origin, { coldStarts: 1 });
          return origin;
        },
        memorySize: definition.memorySize,
        timeout: definition.timeout,
        stdout: log.stdout,
        stderr: log.stderr,
      },
      Math.min(definition.concurrency ?? MAX_ENVIRONMENTS, MAX_ENVIRONMENTS),
    );
  }

  /** What the handler returned, as JSON. Fails with a FunctionError. */
  async invoke(payload: string, origin: string): Promise<string> {
    const requestId = randomUUID();
    this.#origins.set(requestId, origin);
    this.#counters.add(origin, { invocations: 1 });
    try {
      const cold = this.#faults.coldStart?.(this.definition.id) ?? false;
      return limited(await this.#pool.run(payload, requestId, cold));
    } catch (error) {
      if (error instanceof FunctionError) this.#log.error(requestId, error.payload);
      throw error;
    } finally {
      this.#origins.delete(requestId);
    }
  }

  /** Takes no more invocations once those that wait are done. */
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
