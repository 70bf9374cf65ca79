import { type Answer, type AwsCall, AwsError, type Operation } from "../aws/operation.ts";
import { denial } from "../iam/authorize.ts";
import { DEVELOPER, type Signed } from "./authenticate.ts";
import type { Services } from "./services.ts";

/**
 * Performs a request, if the caller's role allows it, and counts it.
 * @throws {AwsError} if the role does not allow it
 */
export async function perform(
  operation: Operation,
  caller: Signed["caller"],
  services: Services,
): Promise<Answer> {
  const { faults } = services;
  if (caller === DEVELOPER) return run(operation, operation.call, "developer", services);
  const { functionId, origin = functionId } = caller;
  deny(operation, functionId, services, origin);
  const call: AwsCall = { ...operation.call, caller: functionId };
  const go = () => run(operation, call, origin, services);
  const answer = await (faults.call?.(call, caller, go) ?? go());
  await caller.thawed();
  return answer;
}

function run(
  operation: Operation,
  call: AwsCall,
  origin: string,
  { counters, faults }: Services,
): Promise<Answer> {
  const stale = operation.mayBeStale === true && faults.staleRead?.(call) === true;
  return operation.run((counts) => counters.add(origin, counts), stale);
}

/**
 * @param denials statements of a policy of the resource
 * @throws {AwsError} unless the function's role allows all that it is about to do
 */
export function deny(
  { rights, context, denials }: Pick<Operation, "rights" | "context"> & { denials?: Denials },
  functionId: string,
  { counters, lambda }: Pick<Services, "counters" | "lambda">,
  origin = functionId,
): void {
  const principal = lambda.definitions().find(({ id }) => id === functionId);
  const denied = principal
    ? rights.flatMap((right) => denial(principal, right, context, denials) ?? [])[0]
    : `There is no function ${functionId} any more`;
  if (denied === undefined) return;
  counters.add(origin, { denied: 1 });
  console.error(`${functionId}: ${denied}`);
  throw new AwsError("AccessDeniedException", denied);
}

type Denials = Parameters<typeof denial>[3];
