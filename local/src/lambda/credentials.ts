import { createHash, createHmac, randomBytes } from "node:crypto";
import type { ExecutionEnvironment } from "./environment.ts";

/** The caller of an AWS API: an execution environment of a function. */
export interface Session {
  readonly functionId: string;
  readonly environment: ExecutionEnvironment;
}

/**
 * The credentials of functions: each function has an access key, which stands for its role, and each
 * of its execution environments has a session token.
 */
export class Credentials {
  readonly #seed = randomBytes(32);
  readonly #functions = new Map<string, string>();
  readonly #sessions = new Map<string, Session>();

  /** The environment variables with a function's key. */
  variables(functionId: string): Record<string, string> {
    const hash = createHash("sha256").update(functionId).digest("hex");
    const AWS_ACCESS_KEY_ID = `ASIA${hash.toUpperCase().slice(0, 16)}`;
    this.#functions.set(AWS_ACCESS_KEY_ID, functionId);
    return { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY: this.#secret(functionId) };
  }

  secret(accessKeyId: string): string | undefined {
    const functionId = this.#functions.get(accessKeyId);
    return functionId === undefined ? undefined : this.#secret(functionId);
  }

  /** Makes the token of a new execution environment. */
  open(functionId: string, environment: ExecutionEnvironment): string {
    const token = randomBytes(32).toString("base64");
    this.#sessions.set(token, { functionId, environment });
    return token;
  }

  close(token: string): void {
    this.#sessions.delete(token);
  }

  /** Whose token it is; undefined if it does not belong to that key. */
  session(accessKeyId: string, token: string): Session | undefined {
    const session = this.#sessions.get(token);
    return session?.functionId === this.#functions.get(accessKeyId) ? session : undefined;
  }

  #secret(functionId: string): string {
    return createHmac("sha256", this.#seed).update(functionId).digest("base64url");
  }
}
