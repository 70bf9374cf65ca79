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
  const authorization = readAuthorization(request);
  const { accessKeyId, service } = authorization;
  const secret = accessKeyId === DEVELOPER ? DEVELOPER : credentials.secret(accessKeyId);
  if (secret === undefined) throw unknownToken();
  verifySignature(request, authorization, secret);
  if (accessKeyId === DEVELOPER) return { caller: DEVELOPER, service };
  const token = request.headers["x-amz-security-token"];
  const caller = credentials.caller(accessKeyId, String(token));
  if (caller === undefined) throw unknownToken();
  return { caller, service };
}

function unknownToken(): AwsError {
  return new AwsError(
    "UnrecognizedClientException",
    "The security token included in the request is invalid.",
  );
}
