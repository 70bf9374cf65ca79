import { matches } from "./site.ts";
import type { ApiDefinition, DistributionDefinition } from "./template/stack.ts";

export type Target = "api" | "forbidden" | "site";

/** Where a path leads: to the API's stage, to a path that the API does not have, or to the site. */
export function target(
  url: string,
  api: ApiDefinition,
  distribution: DistributionDefinition | undefined,
): Target {
  const [path = "/"] = url.split("?");
  const ofApi = (path: string) =>
    path === `/${api.stage}` || path === `/${api.stage}/` ? "api" : "forbidden";
  if (distribution === undefined) return ofApi(path) === "api" ? "api" : "site";
  const behavior =
    distribution.CacheBehaviors.find(({ PathPattern }) =>
      matches(PathPattern.replace(/^\/?/, "/"), path),
    ) ?? distribution.DefaultCacheBehavior;
  const origin = distribution.Origins.find(({ Id }) => Id === behavior.TargetOriginId);
  return origin?.DomainName === api.domainName ? ofApi(origin.OriginPath + path) : "site";
}
