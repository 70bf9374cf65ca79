import type { Counters } from "../aws/counters.ts";
import { type Answer, AwsError, type Operation } from "../aws/operation.ts";
import type { Faults } from "../faults.ts";
import { denial } from "../iam/authorize.ts";
import type { Principal } from "../lambda/credentials.ts";
import type { Lambda } from "../lambda/lambda.ts";

/** What decides on calls of AWS's APIs, and counts them. */
export interface Control {
  readonly lambda: Lambda;
  readonly counters: Counters;
  readonly faults: Faults;
}

/**
 * Performs a request, if the caller's role allows it, and counts it.
 * @throws {AwsError} if the role does not allow it
 */
export async function perform(
  operation: Operation,
  { functionId, environment }: Omit<Principal, "secret">,
  { lambda, counters, faults }: Control,
): Promise<Answer> {
  const origin = environment?.origin ?? functionId ?? "developer";
  const go = () => operation.run((counts) => counters.add(origin, counts));
  if (functionId === undefined) return go();
  const denied = whyDenied(operation, functionId, lambda);
  if (denied !== undefined) {
    counters.add(origin, { denied: 1 });
    console.error(`${functionId}: ${denied}`);
    throw new AwsError("AccessDeniedException", denied);
  }
  if (environment === undefined) return go();
  const answer = await (faults.call?.(operation, environment, go) ?? go());
  await environment.thawed();
  return answer;
}

function whyDenied(
  { action, alsoAction = action, resources, denials }: Operation,
  functionId: string,
  lambda: Lambda,
): string | undefined {
  const principal = lambda.definitions().find(({ id }) => id === functionId);
  if (principal === undefined) return `There is no function ${functionId} any more`;
  return resources
    .flatMap((resource) =>
      [...new Set([action, alsoAction])].map((one) => denial(principal, one, resource, denials)),
    )
    .find((why) => why !== undefined);
}
