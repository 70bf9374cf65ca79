import * as v from "valibot";
import type { Assembly } from "./assembly.ts";
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

const list = <Schema extends v.GenericSchema>(schema: Schema) => v.optional(v.array(schema), []);

// Nothing is cached, compressed or encrypted.
const behavior = <const Entries extends v.ObjectEntries>(entries: Entries) =>
  strict(
    {
      FunctionAssociations: list(
        strict({ EventType: v.literal("viewer-request"), FunctionARN: v.string() }),
      ),
      TargetOriginId: v.string(),
      ResponseHeadersPolicyId: v.optional(v.string()),
      ...entries,
    },
    "AllowedMethods CachedMethods CachePolicyId Compress OriginRequestPolicyId ViewerProtocolPolicy",
  );

const ErrorResponse = strict(
  {
    ErrorCode: v.number(),
    ResponseCode: v.optional(v.number()),
    ResponsePagePath: v.optional(v.string()),
  },
  "ErrorCachingMinTTL",
);

const OriginHeader = strict({ HeaderName: v.string(), HeaderValue: v.string() });
export type OriginHeader = v.InferOutput<typeof OriginHeader>;

const Origin = v.object({
  Id: v.string(),
  DomainName: v.string(),
  OriginPath: v.optional(v.string(), ""),
  OriginCustomHeaders: list(OriginHeader),
});

const Distribution = strict(
  {
    DistributionConfig: strict(
      {
        CacheBehaviors: list(behavior({ PathPattern: v.string() })),
        CustomErrorResponses: list(ErrorResponse),
        DefaultCacheBehavior: behavior({}),
        DefaultRootObject: v.optional(v.string(), ""),
        Origins: v.array(Origin),
      },
      "Aliases Comment Enabled HttpVersion IPV6Enabled Logging PriceClass ViewerCertificate WebACLId",
    ),
  },
  "Tags",
);

const BucketDeployment = strict(
  {
    SourceObjectKeys: v.array(v.string()),
    Exclude: list(v.string()),
    Include: list(v.string()),
    SystemMetadata: v.optional(v.record(v.string(), v.string()), {}),
    DestinationBucketKeyPrefix: v.optional(v.literal("")),
  },
  "DestinationBucketName DistributionId DistributionPaths OutputObjectKeys Prune RetainOnDelete ServiceToken SourceBucketNames SourceMarkers WaitForDistributionInvalidation",
);

/** The stack's one distribution, with what its behaviors refer to. */
export function readDistribution(template: Template) {
  const [found, ...others] = template.all("AWS::CloudFront::Distribution", Distribution);
  for (const { id } of others) template.refuse(id, "one distribution runs, and this is another");
  if (found === undefined) return undefined;
  const { DistributionConfig: config } = found.properties;
  const functions = template.all("AWS::CloudFront::Function", CloudFrontFunction);
  return {
    ...config,
    domainName: String(template.getAtt(found.id, "DomainName")),
    /** The headers that the site's policy adds to each answer. */
    headers: readResponseHeaders(template, config.DefaultCacheBehavior.ResponseHeadersPolicyId),
    /** The code of the functions, by ARN. */
    codes: new Map(
      functions.map(({ id, properties }) => [
        String(template.getAtt(id, "FunctionARN")),
        properties.FunctionCode,
      ]),
    ),
  };
}

export type DistributionDefinition = NonNullable<ReturnType<typeof readDistribution>>;

/** The files that deployments upload: all but those that match `Exclude`, and those of `Include`. */
export function readUploads(template: Template, assets: Assembly["assets"]) {
  return template.all("Custom::CDKBucketDeployment", BucketDeployment).map(({ properties }) => ({
    ...properties,
    folders: properties.SourceObjectKeys.map((key) => findAsset(assets, key)),
  }));
}

export type UploadDefinition = ReturnType<typeof readUploads>[number];
