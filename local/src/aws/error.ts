import { type Answer, jsonAnswer } from "./operation.ts";

/** A request that is refused before a service has acted on it. */
export class AwsError extends Error {
  override name = "AwsError";
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

/** The answer to a refused request: DynamoDB names the error in the body, REST APIs in a header. */
export function refusal(protocol: "json" | "rest", { type, message }: AwsError): Answer {
  if (protocol === "rest") return jsonAnswer(403, { message }, type);
  return {
    status: 400,
    headers: { "content-type": "application/x-amz-json-1.0" },
    body: JSON.stringify({ __type: `com.amazon.coral.service#${type}`, message }),
  };
}
