import * as v from "valibot";
import { inert } from "./schemas.ts";

export const CloudFrontFunction = v.strictObject({
  FunctionCode: v.string(),
  FunctionConfig: v.strictObject({ Comment: inert, Runtime: v.literal("cloudfront-js-2.0") }),
  AutoPublish: inert,
  Name: inert,
  Tags: inert,
});

const behavior = {
  FunctionAssociations: v.optional(
    v.array(v.strictObject({ EventType: v.literal("viewer-request"), FunctionARN: v.string() })),
    [],
  ),
  TargetOriginId: v.string(),
  ResponseHeadersPolicyId: v.optional(v.string()),
  AllowedMethods: inert,
  CachedMethods: inert,
  CachePolicyId: inert,
  Compress: inert,
  OriginRequestPolicyId: inert,
  ViewerProtocolPolicy: inert,
};

export const Distribution = v.strictObject({
  DistributionConfig: v.strictObject({
    CacheBehaviors: v.optional(
      v.array(v.strictObject({ ...behavior, PathPattern: v.string() })),
      [],
    ),
    DefaultCacheBehavior: v.strictObject(behavior),
    DefaultRootObject: v.optional(v.string()),
    Origins: v.array(
      v.looseObject({
        Id: v.string(),
        DomainName: v.string(),
        OriginPath: v.optional(v.string(), ""),
      }),
    ),
    Aliases: inert,
    Comment: inert,
    Enabled: inert,
    HttpVersion: inert,
    IPV6Enabled: inert,
    Logging: inert,
    PriceClass: inert,
    ViewerCertificate: inert,
    WebACLId: inert,
  }),
  Tags: inert,
});

const override = { Override: inert };

export const ResponseHeadersPolicy = v.strictObject({
  ResponseHeadersPolicyConfig: v.strictObject({
    Name: inert,
    Comment: inert,
    CustomHeadersConfig: v.optional(
      v.strictObject({
        Items: v.array(v.strictObject({ ...override, Header: v.string(), Value: v.string() })),
      }),
    ),
    SecurityHeadersConfig: v.optional(
      v.strictObject({
        ContentSecurityPolicy: v.optional(
          v.strictObject({ ...override, ContentSecurityPolicy: v.string() }),
        ),
        ContentTypeOptions: v.optional(v.strictObject(override)),
        FrameOptions: v.optional(v.strictObject({ ...override, FrameOption: v.string() })),
        ReferrerPolicy: v.optional(v.strictObject({ ...override, ReferrerPolicy: v.string() })),
        StrictTransportSecurity: v.optional(
          v.strictObject({
            ...override,
            AccessControlMaxAgeSec: v.number(),
            IncludeSubdomains: v.optional(v.boolean(), false),
            Preload: v.optional(v.boolean(), false),
          }),
        ),
        XSSProtection: v.optional(
          v.strictObject({
            ...override,
            Protection: v.boolean(),
            ModeBlock: v.optional(v.boolean(), false),
          }),
        ),
      }),
    ),
  }),
});
