import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach } from "vitest";

/** Plays Lambda for each test of a file: it notes an invocation and runs nothing. */
export function mockLambda() {
  const lambda = mockClient(LambdaClient);
  beforeEach(() => {
    lambda.reset();
    lambda.on(InvokeCommand).resolves({});
  });
  return lambda;
}
