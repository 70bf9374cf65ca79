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
  const { counters, faults } = services;
  if (caller === DEVELOPER) return run(operation, operation.call, "developer", services);
  const { functionId, origin = functionId } = caller;
  const denied = denialOf(operation, functionId, services);
  if (denied !== undefined) {
    counters.add(origin, { denied: 1 });
    console.error(`${functionId}: ${denied}`);
    throw new AwsError("AccessDeniedException", denied);
  }
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

function denialOf(
  { rights, context }: Operation,
  functionId: string,
  { lambda }: Services,
): string | undefined {
  const principal = lambda.definitions().find(({ id }) => id === functionId);
  if (principal === undefined) return `There is no function ${functionId} any more`;
  for (const right of rights) {
    const denied = denial(principal, right, context);
    if (denied !== undefined) return denied;
  }
  return undefined;
}
