import * as v from "valibot";
import type { Assembly } from "./assembly.ts";
import type {
  BehaviorDefinition,
  DistributionDefinition,
  UploadDefinition,
} from "./definitions.ts";
import { findAsset } from "./read-functions.ts";
import { readResponseHeaders } from "./response-headers.ts";
import { strict } from "./strict.ts";
import type { Template } from "./template.ts";

const CloudFrontFunction = strict(
  {
    FunctionCode: v.string(),
    FunctionConfig: strict({ Runtime: v.literal("cloudfront-js-2.0") }, "Comment"),
  },
  "AutoPublish Name Tags",
);

const behavior = {
  FunctionAssociations: v.optional(
    v.array(strict({ EventType: v.literal("viewer-request"), FunctionARN: v.string() })),
    [],
  ),
  TargetOriginId: v.string(),
  ResponseHeadersPolicyId: v.optional(v.string()),
};
type Behavior = v.InferOutput<v.ObjectSchema<typeof behavior, undefined>>;

// Nothing is cached, compressed or encrypted.
const INERT_OF_BEHAVIOR =
  "AllowedMethods CachedMethods CachePolicyId Compress OriginRequestPolicyId ViewerProtocolPolicy";

const Distribution = strict(
  {
    DistributionConfig: strict(
      {
        CacheBehaviors: v.optional(
          v.array(strict({ ...behavior, PathPattern: v.string() }, INERT_OF_BEHAVIOR)),
          [],
        ),
        CustomErrorResponses: v.optional(
          v.array(
            strict(
              {
                ErrorCode: v.number(),
                ResponseCode: v.optional(v.number()),
                ResponsePagePath: v.optional(v.string()),
              },
              "ErrorCachingMinTTL",
            ),
          ),
          [],
        ),
        DefaultCacheBehavior: strict(behavior, INERT_OF_BEHAVIOR),
        DefaultRootObject: v.optional(v.string(), ""),
        Origins: v.array(
          v.object({
            Id: v.string(),
            DomainName: v.string(),
            OriginPath: v.optional(v.string(), ""),
          }),
        ),
      },
      "Aliases Comment Enabled HttpVersion IPV6Enabled Logging PriceClass ViewerCertificate WebACLId",
    ),
  },
  "Tags",
);

const BucketDeployment = strict(
  {
    SourceObjectKeys: v.array(v.string()),
    Exclude: v.optional(v.array(v.string()), []),
    Include: v.optional(v.array(v.string()), []),
    SystemMetadata: v.optional(v.record(v.string(), v.string()), {}),
    DestinationBucketKeyPrefix: v.optional(v.literal("")),
  },
  "DestinationBucketName DistributionId DistributionPaths OutputObjectKeys Prune RetainOnDelete ServiceToken SourceBucketNames SourceMarkers WaitForDistributionInvalidation",
);

export function readDistribution(template: Template): DistributionDefinition | undefined {
  const [found, ...others] = template.all("AWS::CloudFront::Distribution", Distribution);
  for (const { id } of others) template.refuse(id, "one distribution runs, and this is another");
  if (found === undefined) return undefined;
  const config = found.properties.DistributionConfig;
  const codes = new Map(
    template
      .all("AWS::CloudFront::Function", CloudFrontFunction)
      .map(({ id, properties }) => [template.getAtt(id, "FunctionARN"), properties.FunctionCode]),
  );
  const toBehavior = ({ TargetOriginId, FunctionAssociations }: Behavior): BehaviorDefinition => ({
    origin: TargetOriginId,
    code: codes.get(FunctionAssociations[0]?.FunctionARN),
  });
  return {
    domainName: String(template.getAtt(found.id, "DomainName")),
    rootObject: config.DefaultRootObject,
    behaviors: config.CacheBehaviors.map((one) => ({
      ...toBehavior(one),
      pattern: one.PathPattern,
    })),
    defaultBehavior: toBehavior(config.DefaultCacheBehavior),
    origins: config.Origins.map(({ Id, DomainName, OriginPath }) => ({
      id: Id,
      domainName: DomainName,
      path: OriginPath,
    })),
    headers: readResponseHeaders(template, config.DefaultCacheBehavior.ResponseHeadersPolicyId),
    errorPages: config.CustomErrorResponses.flatMap(
      ({ ErrorCode: errorCode, ResponseCode: status = errorCode, ResponsePagePath: path }) =>
        path === undefined ? [] : { errorCode, status, path },
    ),
  };
}

export function readUploads(template: Template, assets: Assembly["assets"]): UploadDefinition[] {
  return template.all("Custom::CDKBucketDeployment", BucketDeployment).map(({ properties }) => ({
    folders: properties.SourceObjectKeys.map((key) => findAsset(assets, key)),
    exclude: properties.Exclude,
    include: properties.Include,
    cacheControl: properties.SystemMetadata["cache-control"],
  }));
}
