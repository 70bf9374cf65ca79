/** The account and the Region that everything runs in. dynalite has the same account. */
export const ACCOUNT = "000000000000";
export const PARTITION = "aws";
export const REGION = "us-east-1";
export const URL_SUFFIX = "amazonaws.com";

/** The ARN of a resource in this account and Region. */
export function arn(service: string, resource: string): string {
  return `arn:${PARTITION}:${service}:${REGION}:${ACCOUNT}:${resource}`;
}
