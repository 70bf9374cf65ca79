import type { Node } from "constructs";

/**
 * The origins of other sites whose pages may connect: `-c origins=https://a.example,http://localhost:8080`.
 * @throws {Error} for what is not a browser's spelling of an origin
 */
export function readOrigins(node: Node): string[] {
  const context: unknown = node.tryGetContext("origins");
  const origins = String(context ?? "").split(",");
  const named = origins.map((origin) => origin.trim()).filter((origin) => origin !== "");
  for (const origin of named) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
      throw new Error(
        `"${origin}" in -c origins=… is not an origin: write a scheme, a host and, unless it is the usual one, a port, as in https://a.example or http://localhost:8080`,
      );
    }
  }
  return named;
}
