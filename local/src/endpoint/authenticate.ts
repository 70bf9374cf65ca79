import type { AwsCall } from "../aws/call.ts";
import { AwsError } from "../aws/error.ts";
import type { Credentials, Session } from "../lambda/credentials.ts";
import { type AwsRequest, readAuthorization, verifySignature } from "./signature.ts";

/** The access key and the secret of whoever works at this machine, who may do everything. */
export const DEVELOPER = "local";

/**
 * Who signed the request: a function's execution environment, or the developer.
 * @throws {AwsError} where nobody known did
 */
export function authenticate(
  request: AwsRequest,
  service: AwsCall["service"],
  credentials: Credentials,
): Session | typeof DEVELOPER {
  const authorization = readAuthorization(request);
  const { accessKeyId } = authorization;
  const secret = accessKeyId === DEVELOPER ? DEVELOPER : credentials.secret(accessKeyId);
  if (secret === undefined) throw unknownToken();
  verifySignature(request, authorization, service, secret);
  if (accessKeyId === DEVELOPER) return DEVELOPER;
  const token = request.headers["x-amz-security-token"];
  const session = credentials.session(accessKeyId, String(token));
  if (session === undefined) throw unknownToken();
  return session;
}

function unknownToken(): AwsError {
  return new AwsError(
    "UnrecognizedClientException",
    "The security token included in the request is invalid.",
  );
}
