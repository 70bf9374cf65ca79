import type { IncomingMessage } from "node:http";
import { glob } from "../glob.ts";
import type { CorsRule } from "../template/read-buckets.ts";

/**
 * The headers that let a page of another origin read the answer; undefined if no rule of the bucket
 * does. https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html
 */
export function corsHeaders(
  rules: readonly CorsRule[],
  { method, headers }: Pick<IncomingMessage, "method" | "headers">,
): Record<string, string> | undefined {
  const { origin } = headers;
  if (origin === undefined) return undefined;
  const isPreflight = method === "OPTIONS";
  const wanted = isPreflight ? headers["access-control-request-method"] : method;
  const asked = String((isPreflight && headers["access-control-request-headers"]) || "")
    .split(/\s*,\s*/)
    .filter(Boolean);
  const allows = (patterns: readonly string[], name: string) =>
    patterns.some((pattern) => glob(pattern, "i").test(name));
  const rule = rules.find(
    ({ AllowedOrigins, AllowedMethods, AllowedHeaders }) =>
      allows(AllowedOrigins, origin) &&
      AllowedMethods.includes(wanted ?? "") &&
      asked.every((name) => allows(AllowedHeaders, name)),
  );
  if (rule === undefined) return undefined;
  return {
    "access-control-allow-origin": rule.AllowedOrigins.includes("*") ? "*" : origin,
    "access-control-allow-methods": rule.AllowedMethods.join(", "),
    vary: "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
    ...(asked.length > 0 && { "access-control-allow-headers": asked.join(", ") }),
    ...(rule.ExposedHeaders.length > 0 && {
      "access-control-expose-headers": rule.ExposedHeaders.join(", "),
    }),
    ...(isPreflight && rule.MaxAge !== undefined && { "access-control-max-age": `${rule.MaxAge}` }),
  };
}
