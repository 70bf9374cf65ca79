import { glob } from "./glob.ts";

/** The account and the Region that everything runs in. dynalite has the same account. */
export const ACCOUNT = "000000000000";
export const PARTITION = "aws";
export const REGION = "us-east-1";
export const URL_SUFFIX = "amazonaws.com";

/** The ARN of a resource in this account and Region. */
export function arn(service: string, resource: string): string {
  return `arn:${PARTITION}:${service}:${REGION}:${ACCOUNT}:${resource}`;
}

/** The parts of a function's ARN, or of its name; either may end in a qualifier. */
export function functionParts(nameOrArn: string): { name: string; qualifier?: string | undefined } {
  const pattern = /^(?:arn:[^:]+:lambda:[^:]*:[^:]*:function:)?([^:]+)(?::([^:]+))?$/;
  const [, name = nameOrArn, qualifier] = pattern.exec(nameOrArn) ?? [];
  return { name, qualifier };
}

export const functionName = (nameOrArn: string) => functionParts(nameOrArn).name;

/** Matches ARNs part by part: a wildcard in one of the first five parts does not reach beyond it. */
export function arnMatcher(pattern: string): (arn: string) => boolean {
  if (pattern === "*") return () => true;
  const parts = split(pattern).map((part) => glob(part));
  return (arn) => {
    const values = split(arn);
    return (
      values.length === parts.length && parts.every((part, index) => part.test(values[index] ?? ""))
    );
  };
}

export function isArnPattern(text: string): boolean {
  return text === "*" || /^arn:([^:]*:){4}./.test(text);
}

/** Partition, service, Region and account, each by itself, then the resource. */
function split(arn: string): string[] {
  const parts = arn.split(":");
  return [...parts.slice(0, 5), parts.slice(5).join(":")];
}
