/** A pattern with `*` for any text and `?` for one character, as IAM has them. */
export function glob(pattern: string, flags = ""): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, `s${flags}`);
}

/** An ARN's five parts before the resource are matched each for itself, and so is the resource. */
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

function split(arn: string): string[] {
  const parts = arn.split(":");
  return [...parts.slice(0, 5), parts.slice(5).join(":")];
}
