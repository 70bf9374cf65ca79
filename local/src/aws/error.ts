import type { Answer } from "../endpoint/endpoint.ts";
import type { AwsCall } from "./call.ts";

/** A request that is refused before any service has acted on it. */
export class AwsError extends Error {
  override name = "AwsError";
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

/** In the service's own form: DynamoDB names the error in the body, the others in a header. */
export function refusal(service: AwsCall["service"], { type, message }: AwsError): Answer {
  if (service === "dynamodb") {
    return {
      status: 400,
      headers: { "content-type": "application/x-amz-json-1.0" },
      body: JSON.stringify({ __type: `com.amazon.coral.service#${type}`, message }),
    };
  }
  return {
    status: 403,
    error: type,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ message }),
  };
}
