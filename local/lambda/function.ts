import { randomUUID } from "node:crypto";
import type { FunctionDefinition } from "../template/stack.ts";
import { FunctionError } from "./function-error.ts";
import type { FunctionLog } from "./log.ts";
import { Pool } from "./pool.ts";

/** A concurrency that one machine bears; Lambda's own bound is in the thousands. */
const MAX_ENVIRONMENTS = 16;

/** A Lambda function of the template. */
export class LambdaFunction {
  readonly definition: FunctionDefinition;
  readonly #pool: Pool;
  readonly #log: FunctionLog;

  constructor(
    definition: FunctionDefinition,
    variables: Readonly<Record<string, string>>,
    log: FunctionLog,
  ) {
    this.definition = definition;
    this.#log = log;
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
          logStreamName: "local",
        },
        environment: variables,
        memorySize: definition.memorySize,
        timeout: definition.timeout,
        stdout: log.stdout,
        stderr: log.stderr,
      },
      Math.min(definition.concurrency ?? MAX_ENVIRONMENTS, MAX_ENVIRONMENTS),
    );
  }

  /** What the handler returned, as JSON. Fails with a FunctionError. */
  async invoke(payload: string): Promise<string> {
    const requestId = randomUUID();
    try {
      return await this.#pool.run(payload, requestId);
    } catch (error) {
      if (error instanceof FunctionError) this.#log.error(requestId, error.payload);
      throw error;
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
