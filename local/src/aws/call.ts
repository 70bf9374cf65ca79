/** A call of an AWS API by a function, as the endpoints see it. */
export interface AwsCall {
  readonly service: "dynamodb" | "execute-api" | "lambda";
  /** IAM's name of it, as `dynamodb:PutItem`. */
  readonly action: string;
  /** The ARNs that it acts on. */
  readonly resources: readonly string[];
  /** The logical id of the function that calls; absent for the developer's own credentials. */
  readonly caller?: string;
  readonly body: string;
}
