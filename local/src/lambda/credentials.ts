import { createHash, randomBytes } from "node:crypto";
import type { RunningFunction } from "../faults.ts";

/** The caller of an AWS API: an execution environment of a function. */
export interface Caller extends RunningFunction {
  /** What its current invocation is counted under. */
  readonly origin: string | undefined;
  /** Waits while it is frozen. */
  thawed(): Promise<void>;
}

const MAX_ENDED = 1_000;

/**
 * The credentials of functions: each function has an access key, which stands for its role, and each
 * of its execution environments has a session token.
 */
export class Credentials {
  readonly #functions = new Map<string, string>();
  readonly #secrets = new Map<string, string>();
  readonly #sessions = new Map<string, Caller>();
  /** The functions of the environments that have ended last, by token. */
  readonly #ended = new Map<string, string>();

  /** The environment variables with a function's key. */
  variables(functionId: string): Record<string, string> {
    const hash = createHash("sha256").update(functionId).digest("hex");
    const AWS_ACCESS_KEY_ID = `ASIA${hash.toUpperCase().slice(0, 16)}`;
    // After a reload, environments of the former code still sign with it.
    const AWS_SECRET_ACCESS_KEY =
      this.secret(AWS_ACCESS_KEY_ID) ?? randomBytes(32).toString("base64url");
    this.#functions.set(AWS_ACCESS_KEY_ID, functionId);
    this.#secrets.set(AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY);
    return { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY };
  }

  secret(accessKeyId: string): string | undefined {
    return this.#secrets.get(accessKeyId);
  }

  /** Makes the token of a new execution environment. */
  open(environment: Caller): string {
    const token = randomBytes(32).toString("base64");
    this.#sessions.set(token, environment);
    return token;
  }

  close(token: string): void {
    const { functionId } = this.#sessions.get(token) ?? {};
    this.#sessions.delete(token);
    if (functionId !== undefined) this.#ended.set(token, functionId);
    const [oldest] = this.#ended.keys();
    if (this.#ended.size > MAX_ENDED && oldest !== undefined) this.#ended.delete(oldest);
  }

  /** Whose token it is; undefined if it does not belong to that key. */
  caller(accessKeyId: string, token: string): Caller | undefined {
    const session = this.#sessions.get(token);
    return session?.functionId === this.#functions.get(accessKeyId) ? session : undefined;
  }

  /** Whose token it is, also after the end of the environment: an address that it signed lives on. */
  functionOf(accessKeyId: string, token: string): string | undefined {
    const functionId = this.#sessions.get(token)?.functionId ?? this.#ended.get(token);
    return functionId === this.#functions.get(accessKeyId) ? functionId : undefined;
  }
}
