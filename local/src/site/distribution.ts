import type { IncomingMessage } from "node:http";
import type { ApiDefinition, DistributionDefinition } from "../template/stack.ts";
import { type EdgeAnswer, runEdgeFunction } from "./edge-function.ts";
import { matches } from "./static-files.ts";

export type Target =
  | {
      /** The API's stage, a path that the API does not have, or the site. */
      readonly to: "api" | "forbidden" | "site";
      /** Path and query, as the behaviour's function leaves them. */
      readonly url: string;
    }
  /** What the behaviour's function answers itself. */
  | { readonly to: "viewer"; readonly answer: EdgeAnswer };

/** Where a request leads. */
export function target(
  request: IncomingMessage,
  api: ApiDefinition,
  distribution: DistributionDefinition | undefined,
): Target {
  const { url = "/" } = request;
  const ofApi = (path: string) =>
    path === `/${api.stage}` || path === `/${api.stage}/` ? "api" : "forbidden";
  if (distribution === undefined) return { to: ofApi(pathOf(url)) === "api" ? "api" : "site", url };
  const behavior =
    distribution.CacheBehaviors.find(({ PathPattern }) =>
      matches(PathPattern.replace(/^\/?/, "/"), pathOf(url)),
    ) ?? distribution.DefaultCacheBehavior;
  const [association] = behavior.FunctionAssociations;
  const code = association && distribution.functions.get(association.FunctionARN);
  const led = code === undefined ? url : runEdgeFunction(code, request);
  if (typeof led !== "string") return { to: "viewer", answer: led };
  const origin = distribution.Origins.find(({ Id }) => Id === behavior.TargetOriginId);
  const isApi = origin?.DomainName === api.domainName;
  return { to: isApi ? ofApi(origin.OriginPath + pathOf(led)) : "site", url: led };
}

function pathOf(url: string): string {
  return url.split("?")[0] ?? "/";
}
