import { createHash, createHmac, randomBytes, randomUUID } from "node:crypto";
import { AwsError } from "../aws/operation.ts";
import type { RunningFunction } from "../faults.ts";

/** The caller of an AWS API: an execution environment of a function. */
export interface Caller extends RunningFunction {
  /** What its current invocation is counted under. */
  readonly origin: string | undefined;
}

/** Whose key has signed a request. */
export interface Principal {
  readonly secret: string;
  /** Absent for the developer, who may do everything. */
  readonly functionId?: string | undefined;
  /** Absent for the developer, and after the end of the environment. */
  readonly environment?: Caller | undefined;
}

/** The access key and the secret of the developer. */
const DEVELOPER = "local";

/**
 * The credentials of functions: each function has an access key, which stands for its role, and each
 * of its execution environments has a session token. The token of one that has ended can still be
 * recognised, because the addresses that it has signed remain valid.
 */
export class Credentials {
  readonly #seed = randomBytes(32);
  readonly #keys = new Map<string, Principal>([[DEVELOPER, { secret: DEVELOPER }]]);
  readonly #environments = new Map<string, Caller>();

  /** The environment variables with a function's key. */
  variables(functionId: string): Record<string, string> {
    const hash = createHash("sha256").update(functionId).digest("hex");
    const key = `ASIA${hash.toUpperCase().slice(0, 16)}`;
    const secret = this.#sign(functionId);
    this.#keys.set(key, { functionId, secret });
    return { AWS_ACCESS_KEY_ID: key, AWS_SECRET_ACCESS_KEY: secret };
  }

  /** Makes the token of a new execution environment. */
  open(environment: Caller): string {
    const token = this.#token(environment.functionId, randomUUID());
    this.#environments.set(token, environment);
    return token;
  }

  close(token: string): void {
    this.#environments.delete(token);
  }

  /**
   * Whose key it is.
   * @throws {AwsError} if there is no such key, or the token is not of its function
   */
  principal(accessKeyId: string, token: string): Principal {
    const key = this.#keys.get(accessKeyId);
    if (key === undefined) throw unknownToken();
    if (key.functionId === undefined) return key;
    const environment = this.#environments.get(token);
    // Recomputing the token costs as much as checking a signature: only environments that ended need it.
    const isOwn = environment
      ? environment.functionId === key.functionId
      : token === this.#token(key.functionId, token.split(".")[0] ?? "");
    if (!isOwn) throw unknownToken();
    return { ...key, environment };
  }

  #token(functionId: string, id: string): string {
    return `${id}.${this.#sign(`${functionId}.${id}`)}`;
  }

  #sign(text: string): string {
    return createHmac("sha256", this.#seed).update(text).digest("base64url");
  }
}

export function unknownToken(): AwsError {
  return new AwsError(
    "UnrecognizedClientException",
    "The security token included in the request is invalid.",
  );
}
