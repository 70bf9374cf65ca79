import type { Context } from "../iam/conditions.ts";
import type { Right } from "../iam/policy.ts";
import type { Counts } from "./counters.ts";

/** The services that run here. */
type Service = "dynamodb" | "execute-api" | "lambda";

/** A call of an AWS API. */
export interface AwsCall {
  readonly service: Service;
  /** As in IAM's policies: `dynamodb:PutItem`. */
  readonly action: string;
  /** The ARNs of the resources that it acts on. */
  readonly resources: readonly string[];
  /** The logical id of the function that calls; absent where the developer does. */
  readonly caller?: string;
  readonly body: string;
}

/** The HTTP response to a call. */
export interface Answer {
  readonly status: number;
  /** The error's type. It is sent in the header where the SDKs look for it first. */
  readonly error?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A request that was decoded: the rights that it needs, and what it does. */
export interface Operation {
  readonly call: Omit<AwsCall, "caller">;
  /** The caller needs all of them. */
  readonly rights: readonly Right[];
  /** The values of condition keys; absent where the service has none of its own. */
  context?(): Context;
  /** Whether it is a read that did not ask for strong consistency. */
  readonly mayBeStale?: boolean;
  run(count: (what: Partial<Counts>) => void, stale: boolean): Promise<Answer>;
}

/** An answer in JSON; the name of its error, if it is one, goes into the header. */
export function jsonAnswer(status: number, body: unknown, error?: string): Answer {
  return {
    status,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    ...(error !== undefined && { error }),
  };
}

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
