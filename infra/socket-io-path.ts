import {
  Function as EdgeFunction,
  FunctionCode,
  FunctionRuntime,
} from "aws-cdk-lib/aws-cloudfront";
import type { Construct } from "constructs";

/**
 * The answer to long-polling, with which stock clients begin by default. It has the form of
 * Engine.IO's own errors, and any page may read it.
 */
const NO_POLLING = {
  statusCode: 400,
  statusDescription: "Bad Request",
  headers: {
    "access-control-allow-origin": { value: "*" },
    "cache-control": { value: "no-store" },
    "content-type": { value: "application/json" },
  },
  body: {
    encoding: "text",
    data: JSON.stringify({
      code: 0,
      message:
        'There is no long-polling here: set the client\'s option transports to ["websocket"]',
    }),
  },
};

/**
 * Leads the default path of stock clients to the stage: API Gateway knows its stage's path only.
 */
export class SocketIoPath extends EdgeFunction {
  constructor(scope: Construct, id: string, path: string) {
    super(scope, id, {
      comment: `Leads /socket.io/ to ${path}`,
      runtime: FunctionRuntime.JS_2_0,
      code: FunctionCode.fromInline(
        [
          "function handler(event) {",
          "  const transport = event.request.querystring.transport;",
          `  if (transport && transport.value === "polling") return ${JSON.stringify(NO_POLLING)};`,
          `  event.request.uri = ${JSON.stringify(path)};`,
          "  return event.request;",
          "}",
        ].join("\n"),
      ),
    });
  }
}
