import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
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
  return faults.call?.(operation, environment, go) ?? go();
}

function whyDenied(
  { action, alsoAction = action, resources, denials }: Operation,
  functionId: string,
  lambda: Lambda,
): string | undefined {
  const principal = lambda.definitions.get(functionId);
  if (principal === undefined) return `There is no function ${functionId}`;
  return resources
    .flatMap((resource) =>
      [...new Set([action, alsoAction])].map((one) => denial(principal, one, resource, denials)),
    )
    .find((why) => why !== undefined);
}

/**
 * Answers a request.
 * @param refusal makes the answer to one that is refused, or could not be served
 */
export async function respond(
  incoming: IncomingMessage,
  response: ServerResponse,
  answer: Promise<Answer>,
  refusal: (error: unknown) => Answer,
): Promise<void> {
  try {
    await send(await answer, response);
  } catch (error) {
    // Whoever asked has gone, such as a function that has been stopped.
    if (incoming.destroyed && !incoming.complete) return;
    if (response.headersSent) return void response.destroy();
    await send(refusal(error), response);
  }
  // The rest of what is refused, also of a form, so that the client comes to read the answer.
  incoming.unpipe().resume();
}

async function send(answer: Answer, response: ServerResponse): Promise<void> {
  const { status, error, headers, body } = answer;
  response.statusCode = status;
  for (const name in headers) response.setHeader(name, headers[name] ?? "");
  if (error !== undefined) response.setHeader("x-amzn-ErrorType", error);
  // Headers that are not sent yet get the text's length, and go with it.
  if (body === undefined || typeof body === "string") response.end(body);
  else await pipeline(body, response);
}
