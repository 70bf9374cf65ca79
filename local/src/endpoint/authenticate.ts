import { AwsError } from "../aws/operation.ts";
import type { Caller, Credentials } from "../lambda/credentials.ts";
import { type AwsRequest, readAuthorization, verifySignature } from "./signature.ts";

/** The access key and the secret of the developer, who may do everything. */
export const DEVELOPER = "local";

/** Who has signed a request, and for which service. */
export interface Signed {
  readonly caller: Caller | typeof DEVELOPER;
  readonly service: string;
}

/** @throws {AwsError} unless a function's execution environment or the developer has signed it */
export function authenticate(request: AwsRequest, credentials: Credentials): Signed {
  const { accessKeyId, service, token } = verified(request, credentials);
  if (accessKeyId === DEVELOPER) return { caller: DEVELOPER, service };
  const caller = credentials.caller(accessKeyId, token);
  if (caller === undefined) throw unknownToken();
  return { caller, service };
}

/**
 * Who has signed a request to S3. What an execution environment has signed stays valid after its end.
 * @returns the logical id of a function, or `DEVELOPER`
 * @throws {AwsError} unless one of them has
 */
export function signerOf(request: AwsRequest, credentials: Credentials, now: number): string {
  const { accessKeyId, token } = verified(request, credentials, now);
  return principalOf(accessKeyId, token, credentials).caller;
}

/** Whose key it is, and its secret. */
export function principalOf(accessKeyId: string, token: string, credentials: Credentials) {
  if (accessKeyId === DEVELOPER) return { caller: DEVELOPER, secret: DEVELOPER };
  const caller = credentials.functionOf(accessKeyId, token);
  const secret = credentials.secret(accessKeyId);
  if (caller === undefined || secret === undefined) throw unknownToken();
  return { caller, secret };
}

function verified(request: AwsRequest, credentials: Credentials, now?: number) {
  const authorization = readAuthorization(request);
  const { accessKeyId } = authorization;
  const secret = accessKeyId === DEVELOPER ? DEVELOPER : credentials.secret(accessKeyId);
  if (secret === undefined) throw unknownToken();
  verifySignature(request, authorization, secret, now);
  return authorization;
}

function unknownToken(): AwsError {
  return new AwsError(
    "UnrecognizedClientException",
    "The security token included in the request is invalid.",
  );
}
