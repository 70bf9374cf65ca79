import type { IncomingMessage } from "node:http";
import { glob } from "../glob.ts";
import type { ApiDefinition } from "../template/read-api.ts";
import type { DistributionDefinition, OriginHeader } from "../template/read-site.ts";
import { type EdgeAnswer, runEdgeFunction } from "./edge-function.ts";

export type Target =
  | {
      /** The API's stage, another path of the API, which is forbidden, or the site. */
      readonly to: "api" | "forbidden" | "site";
      /** Path and query after the behavior's function. */
      readonly url: string;
      /** What the distribution adds on the way to its origin. */
      readonly headers: readonly OriginHeader[];
    }
  /** The behavior's function answers the viewer itself. */
  | { readonly to: "viewer"; readonly answer: EdgeAnswer };

/** Where a request goes by the distribution, or without one by the stage's path. */
export function targetOf(
  request: IncomingMessage,
  api: ApiDefinition,
  distribution: DistributionDefinition | undefined,
): Target {
  const { url = "/" } = request;
  const ofApi = (path: string) =>
    path === `/${api.stage}` || path === `/${api.stage}/` ? "api" : "forbidden";
  if (distribution === undefined)
    return { to: ofApi(pathOf(url)) === "api" ? "api" : "site", url, headers: [] };
  const { CacheBehaviors, DefaultCacheBehavior, Origins, codes } = distribution;
  const behavior =
    CacheBehaviors.find(({ PathPattern }) =>
      glob(PathPattern.replace(/^\/?/, "/")).test(pathOf(url)),
    ) ?? DefaultCacheBehavior;
  const code = codes.get(behavior.FunctionAssociations[0]?.FunctionARN ?? "");
  const result = code === undefined ? url : runEdgeFunction(code, request);
  if (typeof result !== "string") return { to: "viewer", answer: result };
  const origin = Origins.find(({ Id }) => Id === behavior.TargetOriginId);
  const isApi = origin?.DomainName === api.domainName;
  return {
    to: isApi ? ofApi(origin.OriginPath + pathOf(result)) : "site",
    url: result,
    headers: origin?.OriginCustomHeaders ?? [],
  };
}

function pathOf(url: string): string {
  return url.split("?")[0] ?? "/";
}
