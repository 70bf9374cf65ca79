import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach } from "vitest";

/** Plays Lambda for each test of a file: an invocation is noted, and nothing runs. */
export function mockLambda() {
  const lambda = mockClient(LambdaClient);
  beforeEach(() => {
    lambda.reset();
    lambda.on(InvokeCommand).resolves({});
  });
  return lambda;
}
