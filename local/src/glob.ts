/**
 * A pattern with `*` for any text and `?` for one character, as in IAM's policies, CloudFront's path
 * patterns and the filters of `aws s3 sync`.
 */
export function glob(pattern: string, flags = ""): RegExp {
  const source = pattern
    .replace(/[\\^$.|+()[\]{}]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, `s${flags}`);
}
