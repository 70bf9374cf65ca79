import {
  Function as EdgeFunction,
  FunctionCode,
  FunctionRuntime,
} from "aws-cdk-lib/aws-cloudfront";
import type { Construct } from "constructs";

/** Leads the path that stock clients ask for to the stage: API Gateway knows its stage's path alone. */
export class SocketIoPath extends EdgeFunction {
  constructor(scope: Construct, id: string, path: string) {
    super(scope, id, {
      comment: `Leads /socket.io/ to ${path}`,
      runtime: FunctionRuntime.JS_2_0,
      code: FunctionCode.fromInline(
        [
          "function handler(event) {",
          `  event.request.uri = ${JSON.stringify(path)};`,
          "  return event.request;",
          "}",
        ].join("\n"),
      ),
    });
  }
}
