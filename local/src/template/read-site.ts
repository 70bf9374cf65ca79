import * as v from "valibot";
import type { Assembly } from "./assembly.ts";
import type { ApiDefinition } from "./read-api.ts";
import type { BucketDefinition } from "./read-buckets.ts";
import { findAsset } from "./read-functions.ts";
import { PolicyId, readResponseHeaders } from "./response-headers.ts";
import { strict } from "./strict.ts";
import type { Template } from "./template.ts";

const CloudFrontFunction = strict(
  {
    FunctionCode: v.pipe(
      v.string(),
      v.check(
        (code) => !/^\s*import\b|\basync\s+function\s+handler\b|\bcookies\b/m.test(code),
        "imports a module, is async or uses cookies",
      ),
    ),
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
      AllowedMethods: v.optional(v.array(v.string()), ["GET", "HEAD"]),
      TargetOriginId: v.string(),
      ResponseHeadersPolicyId: v.optional(PolicyId),
      ...entries,
    },
    "CachedMethods CachePolicyId Compress OriginRequestPolicyId ViewerProtocolPolicy",
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
  CustomOriginConfig: v.optional(v.looseObject({})),
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
    /** Values of the deployment in the files. */
    SourceMarkers: list(v.record(v.string(), v.unknown())),
  },
  "DestinationBucketName DistributionId DistributionPaths OutputObjectKeys Prune RetainOnDelete ServiceToken SourceBucketNames SourceMarkersConfig WaitForDistributionInvalidation",
);

/**
 * The distribution of the site and the API, and the one in front of a bucket, which sends the bucket
 * what viewers have signed. (The site's bucket is no custom origin: CloudFront itself may read it.)
 */
export function readDistributions(
  template: Template,
  buckets: readonly BucketDefinition[],
  api: ApiDefinition | undefined,
) {
  const functions = template.all("AWS::CloudFront::Function", CloudFrontFunction);
  const codes = new Map(
    functions.map(({ id, properties }) => [
      String(template.getAtt(id, "FunctionARN")),
      properties.FunctionCode,
    ]),
  );
  const all = template
    .all("AWS::CloudFront::Distribution", Distribution)
    .map(({ id, properties: { DistributionConfig: config } }) => {
      const { ResponseHeadersPolicyId, TargetOriginId } = config.DefaultCacheBehavior;
      const bucketOf = (name: string | undefined) => buckets.find(({ host }) => host === name);
      const origin = config.Origins.find(({ Id }) => Id === TargetOriginId);
      for (const { PathPattern, ResponseHeadersPolicyId: own } of config.CacheBehaviors) {
        if (own !== undefined && own !== ResponseHeadersPolicyId)
          template.refuse(id, `${PathPattern} has headers of its own`);
      }
      for (const { DomainName, CustomOriginConfig } of config.Origins) {
        if (CustomOriginConfig && DomainName !== api?.domainName && !bucketOf(DomainName))
          template.refuse(id, `${DomainName} does not run here`, DomainName);
      }
      return {
        ...config,
        id,
        domainName: String(template.getAtt(id, "DomainName")),
        /** The headers that the policy adds to each answer. */
        headers: readResponseHeaders(template, ResponseHeadersPolicyId),
        /** The code of the functions, by ARN. */
        codes,
        bucket: origin?.CustomOriginConfig && bucketOf(origin.DomainName),
        /** S3's status for a missing file: 403 if the distribution may not list the bucket. */
        missing: bucketOf(origin?.DomainName)?.listed ? 404 : 403,
      };
    });
  const [distribution, ...sites] = all.filter(({ bucket }) => bucket === undefined);
  const [front, ...fronts] = all.filter(({ bucket }) => bucket !== undefined);
  for (const { id } of sites) template.refuse(id, "only one distribution of a site runs");
  for (const { id } of fronts) template.refuse(id, "only one distribution of a bucket runs");
  if (front && front.CacheBehaviors.length > 0)
    template.refuse(front.id, "has behaviors beside the default one");
  return { distribution, front };
}

export type DistributionDefinition = NonNullable<
  ReturnType<typeof readDistributions>["distribution"]
>;

/** The files that deployments upload: all but those that match `Exclude`, and those of `Include`. */
export function readUploads(template: Template, assets: Assembly["assets"]) {
  return template.all("Custom::CDKBucketDeployment", BucketDeployment).map(({ id, properties }) => {
    const markers = properties.SourceMarkers.filter((one) => Object.keys(one).length > 0);
    if (markers.length > 0) {
      template.refuse(id, "its files hold values that only a deployment knows", markers);
    }
    return {
      ...properties,
      folders: properties.SourceObjectKeys.map((key) => findAsset(assets, key)),
    };
  });
}

export type UploadDefinition = ReturnType<typeof readUploads>[number];
