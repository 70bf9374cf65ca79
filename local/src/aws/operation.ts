import type { Readable } from "node:stream";
import type { Statement } from "../iam/policy.ts";
import type { Counts } from "./counters.ts";

/** A call of an AWS API. */
export interface AwsCall {
  readonly service: "dynamodb" | "execute-api" | "lambda" | "s3";
  /** As in IAM's policies: `dynamodb:PutItem`. */
  readonly action: string;
  /** The ARNs of the resources that it acts on. */
  readonly resources: readonly string[];
  /** The text of the request; "" in S3, where bodies are streams. */
  readonly body: string;
}

/** The HTTP response to a call. */
export interface Answer {
  readonly status: number;
  /** The error's type. It is sent in the header where the SDKs look for it first. */
  readonly error?: string;
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly body?: string | Readable;
}

/** A request that was decoded, and what it does if the caller may do that. */
export interface Operation extends AwsCall {
  /** A second action that the caller needs the right to. */
  readonly alsoAction?: string | undefined;
  /** What the resource's own policy denies. */
  readonly denials?: readonly Statement[];
  run(count: (what: Partial<Counts>) => void): Promise<Answer>;
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
