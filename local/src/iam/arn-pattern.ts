import { glob } from "../glob.ts";

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
